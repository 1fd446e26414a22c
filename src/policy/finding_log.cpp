#include "policy/finding_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "policy/access_load.h"

namespace tlsward::policy {
namespace {

using base::Finding;
using base::Severity;

/// So much of a line is shown on either side of the column.
constexpr std::size_t window = 100;

/// Puts the line and the caret into a finding. A column of 0 becomes that of the line's first word.
void show_line(Finding& finding, std::string_view line) {
  if (finding.column == 0) {
    const auto word = std::find_if_not(line.begin(), line.end(), base::is_blank);
    finding.column = static_cast<std::uint32_t>(word - line.begin()) + 1;
  }
  const std::size_t at = std::min<std::size_t>(finding.column - 1, line.size());
  std::size_t begin = at > window ? at - window : 0;
  // Not into the middle of a UTF-8 sequence.
  while (begin > 0 && begin < at && (static_cast<unsigned char>(line[begin]) & 0xC0U) == 0x80U) ++begin;
  const std::string before = (begin > 0 ? "..." : "") + base::visible(line.substr(begin, at - begin));
  const bool cut = line.size() - at > window;
  std::size_t end = cut ? at + window : line.size();
  while (end < line.size() && end > at && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
  finding.excerpt = before + base::visible(line.substr(at, end - at)) + (cut ? "..." : "");
  const auto characters = std::count_if(
      before.begin(), before.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  finding.caret = static_cast<std::uint32_t>(characters) + 1;
}

/// Goes through a text line by line, forward only.
class LineCursor {
 public:
  explicit LineCursor(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  }
  /// Line `number`, which must not be before the one asked for last.
  std::string_view line(std::uint32_t number) {
    while (at_ < number) {
      const std::size_t end = rest_.find('\n');
      current_ = rest_.substr(0, end);
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      ++at_;
    }
    return current_.ends_with('\r') ? current_.substr(0, current_.size() - 1) : current_;
  }

 private:
  std::string_view rest_;
  std::string_view current_;
  std::uint32_t at_ = 0;
};

}  // namespace

void FindingLog::add(Check check, const Place& place, std::string text, std::string hint) {
  const CheckInfo& info = info_of(check);
  if (++counts_[static_cast<std::size_t>(info.severity)] > max_told) return;
  Finding finding;
  finding.severity = info.severity;
  finding.check = info.name;
  finding.line = place.line;
  finding.column = place.column;
  finding.text = std::move(text);
  finding.hint = std::move(hint);
  noted_.push_back(Noted{std::move(finding), place.file});
}

bool FindingLog::tells(Check check) const {
  return counts_[static_cast<std::size_t>(info_of(check).severity)] < max_told;
}

base::Findings FindingLog::finish(const std::vector<ListFile>& files) {
  // In the order in which the cursors go; the order of telling needs the columns that are found on the way.
  std::stable_sort(noted_.begin(), noted_.end(), [](const Noted& a, const Noted& b) {
    return std::tie(a.file, a.finding.line) < std::tie(b.file, b.finding.line);
  });
  base::Findings out;
  out.reserve(noted_.size() + 1);
  for (std::size_t i = 0; i < noted_.size();) {
    const std::uint32_t file = noted_[i].file;
    LineCursor cursor(files[file].text);
    for (; i < noted_.size() && noted_[i].file == file; ++i) {
      Finding& finding = noted_[i].finding;
      finding.file = files[file].name;
      if (finding.line != 0) show_line(finding, cursor.line(finding.line));
      out.push_back(std::move(finding));
    }
  }
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const ListFile& file : files) names.push_back(file.name);
  base::sort_findings(out, names);
  const auto untold = [&](Severity s) {
    const std::size_t n = counts_[static_cast<std::size_t>(s)];
    return n > max_told ? n - max_told : 0;
  };
  if (untold(Severity::error) + untold(Severity::warning) + untold(Severity::info) != 0) {
    const CheckInfo& info = info_of(Check::more_findings);
    out.push_back(
        Finding{info.severity,
                std::string(info.name),
                files.empty() ? "" : files.front().name,
                0,
                0,
                fmt::format("{} more errors, {} more warnings and {} more notes are not told",
                            untold(Severity::error), untold(Severity::warning), untold(Severity::info)),
                "mend those above and check again",
                {},
                0});
  }
  noted_.clear();
  counts_ = {};
  return out;
}

}  // namespace tlsward::policy
