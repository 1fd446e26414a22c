// Owns the findings of import and export: their names, and the lines they are about.
#ifndef TLSWARD_POLICY_CONVERT_LOG_H
#define TLSWARD_POLICY_CONVERT_LOG_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/finding.h"

namespace tlsward::policy {

/// Everything that can be said about carrying a list over.
enum class ConvertCheck : std::uint8_t {
  not_text,
  bad_line,
  host_bits,
  cannot_say,
  conflict,
  no_rules,
  taken_as,
  shadowed,
  more_findings
};

using ConvertCheckInfo = base::CheckInfo<ConvertCheck>;

/// All of them, in the order of the enumeration and of the manual.
inline constexpr std::array all_convert_checks{
    ConvertCheckInfo{ConvertCheck::not_text, "not-text", base::Severity::warning,
                     "a line is no UTF-8 text, or is longer than 4096 bytes; it is left out"},
    ConvertCheckInfo{ConvertCheck::bad_line, "bad-line", base::Severity::warning,
                     "a line that the other program would not understand either; it is left out"},
    ConvertCheckInfo{
        ConvertCheck::host_bits, "host-bits", base::Severity::warning,
        "a network has bits set behind its length; Postfix skips such a line, so it is left out"},
    ConvertCheckInfo{ConvertCheck::cannot_say, "cannot-say", base::Severity::warning,
                     "something has no counterpart; it is left out, or the nearest is said"},
    ConvertCheckInfo{ConvertCheck::conflict, "conflict", base::Severity::warning,
                     "one network stands twice with two meanings; the first is kept"},
    ConvertCheckInfo{ConvertCheck::no_rules, "no-rules", base::Severity::warning,
                     "nothing could be carried over"},
    ConvertCheckInfo{ConvertCheck::taken_as, "taken-as", base::Severity::info,
                     "something is said in other words that decide alike"},
    ConvertCheckInfo{ConvertCheck::shadowed, "shadowed", base::Severity::info,
                     "a line decides nothing because one before it does; it is left out"},
    ConvertCheckInfo{ConvertCheck::more_findings, "more-findings", base::Severity::warning,
                     "there are more findings than are told"},
};

/// Gathers findings about one text after the other; at most 1000 are told.
class ConvertLog {
 public:
  explicit ConvertLog(std::string file) : file_(std::move(file)) {}

  /// The findings that follow are about this file, line and text.
  void at(const std::string& file, std::uint32_t line, std::string_view text);
  void at(std::uint32_t line, std::string_view text) { at(file_, line, text); }
  /// `part`: what of the line it is about; a piece of the line's text (or anything else: the whole line).
  void add(ConvertCheck check, std::string_view part, std::string text, std::string hint = {});
  /// About the file as a whole.
  void add_on_file(ConvertCheck check, std::string text, std::string hint = {});
  base::Findings finish();

 private:
  std::string file_;
  std::uint32_t line_ = 0;
  std::string_view text_;
  base::Findings findings_;
  std::size_t untold_ = 0;
};

}  // namespace tlsward::policy

#endif
