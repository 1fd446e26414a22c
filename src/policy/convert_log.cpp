#include "policy/convert_log.h"

#include <fmt/format.h>

#include <functional>

#include "policy/access_load.h"

namespace tlsward::policy {
namespace {

const ConvertCheckInfo& info_of(ConvertCheck check) {
  return all_convert_checks[static_cast<std::size_t>(check)];
}

/// Whether `part` is a piece of `whole`'s memory; std::less is defined for any two pointers.
bool is_within(std::string_view part, std::string_view whole) {
  const std::less<const char*> before;
  return !before(part.data(), whole.data()) &&
         !before(whole.data() + whole.size(), part.data() + part.size());
}

}  // namespace

void ConvertLog::at(const std::string& file, std::uint32_t line, std::string_view text) {
  if (file_ != file) file_ = file;
  line_ = line;
  text_ = text;
}

void ConvertLog::add(ConvertCheck check, std::string_view part, std::string text, std::string hint) {
  if (findings_.size() >= max_told) {
    ++untold_;
    return;
  }
  base::Finding finding = base::make_finding(info_of(check), file_, std::move(text), std::move(hint));
  if (line_ != 0) {
    const std::size_t offset =
        is_within(part, text_) ? static_cast<std::size_t>(part.data() - text_.data()) : 0;
    finding.line = line_;
    finding.column = static_cast<std::uint32_t>(offset) + 1;
    base::show_line(finding, text_);
  }
  findings_.push_back(std::move(finding));
}

void ConvertLog::add_on_file(ConvertCheck check, std::string text, std::string hint) {
  at(0, {});
  add(check, {}, std::move(text), std::move(hint));
}

base::Findings ConvertLog::finish() {
  if (untold_ != 0) {
    findings_.push_back(base::make_finding(info_of(ConvertCheck::more_findings), file_,
                                           fmt::format("{} more findings are not told", untold_), {}));
  }
  return std::move(findings_);
}

}  // namespace tlsward::policy
