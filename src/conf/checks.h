// Owns the names of the configuration's checks. The manual lists them, and a test holds the two together.
#ifndef TLSWARD_CONF_CHECKS_H
#define TLSWARD_CONF_CHECKS_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/finding.h"

namespace tlsward::conf {

/// Everything that can be said about a configuration.
enum class Check : std::uint8_t {
  unreadable,
  nul_byte,
  not_utf8,
  control_character,
  line_too_long,
  bad_line,
  unknown_key,
  doubled_key,
  missing_value,
  bad_value,
  key_without_effect,
  more_findings,
};

using CheckInfo = base::CheckInfo<Check>;

/// All of them, in the order of the enumeration and of the manual.
inline constexpr std::array all_checks{
    CheckInfo{Check::unreadable, "unreadable", base::Severity::error,
              "a file cannot be read, is no regular file, or is larger than 1 MiB"},
    CheckInfo{Check::nul_byte, "nul-byte", base::Severity::error,
              "the file holds a NUL byte, so it is no text"},
    CheckInfo{Check::not_utf8, "not-utf8", base::Severity::error, "a line is not UTF-8 text"},
    CheckInfo{Check::control_character, "control-character", base::Severity::error,
              "a line holds a control character other than a tab"},
    CheckInfo{Check::line_too_long, "line-too-long", base::Severity::error,
              "a line is longer than 4096 bytes"},
    CheckInfo{Check::bad_line, "bad-line", base::Severity::error, "a line is not of the form key = value"},
    CheckInfo{Check::unknown_key, "unknown-key", base::Severity::error, "there is no such key"},
    CheckInfo{Check::doubled_key, "doubled-key", base::Severity::error, "a key stands twice in one file"},
    CheckInfo{Check::missing_value, "missing-value", base::Severity::error,
              "a key that needs a value has none"},
    CheckInfo{Check::bad_value, "bad-value", base::Severity::error, "a value is not one that the key takes"},
    CheckInfo{Check::key_without_effect, "key-without-effect", base::Severity::warning,
              "a key is known and does nothing in this version"},
    CheckInfo{Check::more_findings, "more-findings", base::Severity::error,
              "there are more findings than are told"},
};

constexpr const CheckInfo& info_of(Check check) {
  return all_checks[static_cast<std::size_t>(check)];
}

}  // namespace tlsward::conf

#endif
