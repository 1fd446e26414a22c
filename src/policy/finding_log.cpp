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

/// A column of 0 stands for that of the line's first word.
void place_and_show(Finding& finding, std::string_view line) {
  if (finding.column == 0) {
    const auto word = std::find_if_not(line.begin(), line.end(), base::is_blank);
    finding.column = static_cast<std::uint32_t>(word - line.begin()) + 1;
  }
  base::show_line(finding, line);
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
  Finding finding = base::make_finding(info, {}, std::move(text), std::move(hint));
  finding.line = place.line;
  finding.column = place.column;
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
      if (finding.line != 0) place_and_show(finding, cursor.line(finding.line));
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
    out.push_back(base::make_finding(
        info_of(Check::more_findings), files.empty() ? "" : files.front().name,
        fmt::format("{} more errors, {} more warnings and {} more notes are not told",
                    untold(Severity::error), untold(Severity::warning), untold(Severity::info)),
        "mend those above and check again"));
  }
  noted_.clear();
  counts_ = {};
  return out;
}

}  // namespace tlsward::policy
