#include "conf/config.h"

#include <algorithm>

#include "base/files.h"
#include "conf/checks.h"
#include "conf/config_file.h"

namespace tlsward::conf {
namespace {

/// A path in which no character is special to glob(7).
std::string glob_escaped(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string hint_for(const base::Error& error) {
  switch (error.code) {
    case base::Errc::missing: return "create it, or name another with --config";
    case base::Errc::permission: return "run this as a user who may read it";
    default: return "a configuration is a text file of key = value lines";
  }
}

void tell_unreadable(const base::Error& error, LoadedConfig& loaded) {
  loaded.findings.push_back(
      base::make_finding(info_of(Check::unreadable), error.where, error.text, hint_for(error)));
  loaded.file_error = error;
}

void read_one(const std::string& path, LoadedConfig& loaded) {
  const auto text = base::read_file(path, max_file_bytes);
  if (!text) return tell_unreadable(text.error(), loaded);
  parse_config(*text, path, loaded.config, loaded.findings);
}

/// The files of conf.d beside the main file, in the order of their names' bytes.
void read_folder(const std::string& main_file, LoadedConfig& loaded) {
  const std::string folder = base::join_path(base::folder_of(main_file), "conf.d");
  const auto files = base::files_matching(glob_escaped(folder) + "/*.conf");
  if (!files) {
    if (files.error().code != base::Errc::missing) tell_unreadable(files.error(), loaded);
    return;
  }
  for (const std::string& file : *files) read_one(file, loaded);
}

}  // namespace

LoadedConfig load_config(const std::string& file, const std::vector<Setting>& command_line,
                         const Config& defaults) {
  LoadedConfig loaded;
  loaded.config = defaults;
  const std::string main_file = file.empty() ? default_file : file;
  const auto text = base::read_file(main_file, max_file_bytes);
  if (text) {
    loaded.config.file = main_file;
    parse_config(*text, main_file, loaded.config, loaded.findings);
  } else if (!file.empty() || text.error().code != base::Errc::missing) {
    tell_unreadable(text.error(), loaded);
  }
  read_folder(main_file, loaded);
  for (const Setting& setting : command_line) apply_setting(setting, loaded.config, loaded.findings);
  return loaded;
}

}  // namespace tlsward::conf
