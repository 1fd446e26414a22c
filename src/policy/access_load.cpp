#include "policy/access_load.h"

#include "policy/access_builder.h"
#include "policy/access_reader.h"

namespace tlsward::policy {

LoadedList load_access_list(const ListSource& source, const std::string& path, const LoadOptions& options) {
  LoadedList out;
  FindingLog log;
  TermsPool pool;
  AccessListBuilder builder(log, pool, options);
  AccessReader reader(source, log, pool, options.now, builder);
  reader.read(path);
  if (reader.rules() == 0 && !log.has_error()) {
    log.add(Check::no_rules, Place{}, "the list has no rule: an emptied file must not let everybody in",
            "to let everybody in on purpose, write: default available");
  }
  auto list = builder.build(reader.files(), reader.rules());
  if (!log.has_error()) out.list = std::move(list);
  out.findings = log.finish(reader.files());
  out.rules = reader.rules();
  for (const ListFile& file : reader.files()) out.files.push_back(file.name);
  out.folders = reader.folders();
  out.sha256 = reader.digest();
  out.main_error = reader.main_error();
  return out;
}

}  // namespace tlsward::policy
