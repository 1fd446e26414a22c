#include "policy/convert_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "policy/access_load.h"

namespace tlsward::policy {
namespace {

/// So much of a line is shown.
constexpr std::size_t shown_bytes = 160;

const ConvertCheckInfo& info_of(ConvertCheck check) {
  return all_convert_checks[static_cast<std::size_t>(check)];
}

/// Whether `part` is a piece of `whole`'s memory; std::less is defined for any two pointers.
bool is_within(std::string_view part, std::string_view whole) {
  const std::less<const char*> before;
  return !before(part.data(), whole.data()) &&
         !before(whole.data() + whole.size(), part.data() + part.size());
}

/// A line (or its beginning) fit to be shown: a tab takes one column.
std::string shown(std::string_view line) {
  std::string out(line.substr(0, shown_bytes));
  std::replace(out.begin(), out.end(), '\t', ' ');
  return base::visible(out);
}

std::ptrdiff_t characters_of(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
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
  base::Finding finding;
  finding.severity = info_of(check).severity;
  finding.check = info_of(check).name;
  finding.file = file_;
  finding.line = line_;
  finding.text = std::move(text);
  finding.hint = std::move(hint);
  if (line_ != 0) {
    const std::size_t offset =
        is_within(part, text_) ? static_cast<std::size_t>(part.data() - text_.data()) : 0;
    finding.column = static_cast<std::uint32_t>(offset) + 1;
    finding.excerpt = shown(text_) + (text_.size() > shown_bytes ? "..." : "");
    if (offset < shown_bytes)
      finding.caret = static_cast<std::uint32_t>(characters_of(shown(text_.substr(0, offset)))) + 1;
  }
  findings_.push_back(std::move(finding));
}

void ConvertLog::add_on_file(ConvertCheck check, std::string text, std::string hint) {
  at(0, {});
  add(check, {}, std::move(text), std::move(hint));
}

base::Findings ConvertLog::finish() {
  if (untold_ != 0) {
    const std::size_t untold = untold_;
    base::Finding more;
    more.severity = info_of(ConvertCheck::more_findings).severity;
    more.check = info_of(ConvertCheck::more_findings).name;
    more.file = file_;
    more.text = fmt::format("{} more findings are not told", untold);
    findings_.push_back(std::move(more));
  }
  return std::move(findings_);
}

}  // namespace tlsward::policy
