// Owns what is done to text everywhere: trimming, comparing, globbing, and making foreign text harmless.
#ifndef TLSWARD_BASE_TEXT_H
#define TLSWARD_BASE_TEXT_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tlsward::base {

/// A blank in the sense of our file formats: space or tab.
constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Without blanks (and CR) at both ends.
std::string_view trim(std::string_view text);

/// ASCII lower case; other bytes stay.
std::string to_lower(std::string_view text);

/// Equal but for the case of ASCII letters.
bool equals_ignoring_case(std::string_view a, std::string_view b);

/// A whole decimal number of at most `max`, digits only; nothing else is one.
std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t max);

/// Whether `text` matches `pattern`, in which `*` stands for any run of characters and nothing else is
/// special; ASCII case is ignored, as names in certificates are compared. Linear in practice, quadratic at
/// worst.
bool glob_matches(std::string_view pattern, std::string_view text);

/// Whether the bytes are well-formed UTF-8 (no overlong forms, no surrogates; RFC 3629).
/// Gives the offset of the first byte that is not, or npos.
std::size_t first_bad_utf8(std::string_view text);

/// Makes text from outside fit for a log line or a terminal: control characters, DEL, backslash, double quote
/// and bytes that are not UTF-8 become \xHH (`\\` and `\"` for the two); C1 controls and bidirectional marks
/// too. Cut at `max_bytes` of input with "..." behind.
std::string printable(std::string_view text, std::size_t max_bytes = 256);

/// `printable` for showing a line of a file as it stands: quotes and backslashes stay, nothing is cut.
std::string visible(std::string_view text);

/// The text as a JSON string with its quotes, appended to `out`. Bytes that are not UTF-8
/// become U+FFFD. RFC 8259 section 7.
void append_json_string(std::string& out, std::string_view text);

}  // namespace tlsward::base

#endif
