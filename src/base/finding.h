// Owns Finding: one thing that a check has to say, about the access list, the configuration, or later a
// certificate.
#ifndef TLSWARD_BASE_FINDING_H
#define TLSWARD_BASE_FINDING_H

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tlsward::base {

enum class Severity : std::uint8_t { info, warning, error };

/// "info", "warning" or "error".
constexpr std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::info: return "info";
    case Severity::warning: return "warning";
    case Severity::error: return "error";
  }
  return "error";
}

/// One thing to tell. Text from outside inside of `text`, `excerpt` or `hint` is already made printable.
struct Finding {
  Severity severity = Severity::error;
  std::string check;         ///< the name of the check, as the manual lists it: "mask-hole"
  std::string file;          ///< path as it was named, or empty
  std::uint32_t line = 0;    ///< from 1; 0: the file as a whole
  std::uint32_t column = 0;  ///< bytes from 1; 0: the line as a whole
  std::string text;          ///< one sentence
  std::string hint;          ///< the remedy, may be empty
  std::string excerpt;       ///< the line itself, printable and cut to a window around the column
  std::uint32_t caret = 0;   ///< where in `excerpt` the column is, characters from 1; 0: no caret
};

using Findings = std::vector<Finding>;

/// One kind of thing that a room's checks can say; `Check` is that room's enumeration.
template <class Check>
struct CheckInfo {
  Check check;
  std::string_view name;  ///< as the manual lists it: "mask-hole"
  Severity severity;
  std::string_view meaning;  ///< one line for the manual
};

/// A finding of that kind, about a file as a whole until it is given a line.
template <class Check>
Finding make_finding(const CheckInfo<Check>& info, std::string file, std::string text, std::string hint) {
  Finding finding;
  finding.severity = info.severity;
  finding.check = info.name;
  finding.file = std::move(file);
  finding.text = std::move(text);
  finding.hint = std::move(hint);
  return finding;
}

/// Puts the line that a finding is about, and the caret under its column, into it: a window around the
/// column, cut between characters; a tab takes one column. `finding.column` must be set.
void show_line(Finding& finding, std::string_view line);

/// Whether any finding has at least this severity.
bool has_at_least(const Findings& findings, Severity severity);

/// Order of telling: file, line, column (then severity, worst first). The order of files is that of
/// `file_order`.
void sort_findings(Findings& findings, const std::vector<std::string>& file_order);

}  // namespace tlsward::base

#endif
