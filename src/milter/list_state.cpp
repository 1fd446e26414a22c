#include "milter/list_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/files.h"
#include "base/text.h"

namespace tlsward::milter {

ListState after_load(ListState before, const policy::LoadedList& loaded, base::Seconds now) {
  before.tried_at = now;
  if (loaded.list == nullptr) {
    before.error = summary_of_errors(loaded);
    return before;
  }
  before.sha256 = loaded.sha256;
  before.rules = loaded.rules;
  before.loaded_at = now;
  before.error.reset();
  return before;
}

std::string render_list_state(const ListState& state) {
  std::string out =
      fmt::format("{{\"sha256\":\"{}\",\"rules\":{},\"loaded_at\":\"{}\",\"error\":", state.sha256,
                  state.rules, base::render_time(state.loaded_at));
  if (state.error) {
    base::append_json_string(out, *state.error);
  } else {
    out += "null";
  }
  fmt::format_to(std::back_inserter(out), ",\"tried_at\":\"{}\",\"pid\":{}}}\n",
                 base::render_time(state.tried_at), state.pid);
  return out;
}

base::Status write_list_state(const std::string& folder, const ListState& state) {
  return base::write_file_atomically(base::join_path(folder, "list.json"), render_list_state(state), 0644);
}

std::string summary_of_errors(const policy::LoadedList& loaded) {
  const auto is_error = [](const base::Finding& f) { return f.severity == base::Severity::error; };
  const auto first = std::find_if(loaded.findings.begin(), loaded.findings.end(), is_error);
  if (first == loaded.findings.end()) return "the access list could not be loaded";
  std::string out = first->line == 0
                        ? fmt::format("{}: {}", first->file, first->text)
                        : fmt::format("{}:{}:{}: {}", first->file, first->line, first->column, first->text);
  const auto errors = std::count_if(loaded.findings.begin(), loaded.findings.end(), is_error);
  if (errors > 1) fmt::format_to(std::back_inserter(out), " (and {} more)", errors - 1);
  return out;
}

}  // namespace tlsward::milter
