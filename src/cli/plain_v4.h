// Owns the fast reading and writing of dotted IPv4 addresses in long streams of lines.
#ifndef TLSWARD_CLI_PLAIN_V4_H
#define TLSWARD_CLI_PLAIN_V4_H

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tlsward::cli {

/// So many bytes behind the start of a line have to be readable.
constexpr std::size_t line_slack = 16;

/// The bytes of eight, read as one number, that are no ASCII digits: bit i for byte i.
constexpr unsigned nondigits_of(std::uint64_t eight) {
  constexpr std::uint64_t each = 0x0101010101010101U;
  const std::uint64_t off = eight ^ (each * 0x30);
  const std::uint64_t marks = ((((off & (each * 0x7F)) + each * 0x76) | off) >> 7U) & each;
  return static_cast<unsigned>((marks * 0x0102040810204080U) >> 56U);
}

/// The common case of an address: dotted IPv4 without leading zeros, with a blank or the end of `line` behind
/// it. Gives its length, 0 where it is anything else, which is not to say that it is wrong. line_slack bytes
/// from the start of `line` are readable. No branch depends on the digits: in a stream of random addresses
/// each such branch would be guessed wrong.
inline std::size_t plain_v4(std::string_view line, std::uint32_t& value) {
  static_assert(std::endian::native == std::endian::little || std::endian::native == std::endian::big);
  if constexpr (std::endian::native == std::endian::big) return 0;
  const char* const text = line.data();
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::memcpy(&low, text, 8);
  std::memcpy(&high, text + 8, 8);
  unsigned stops = nondigits_of(low) | nondigits_of(high) << 8U;
  constexpr std::array<std::array<std::uint8_t, 3>, 4> weights{
      {{0, 0, 0}, {1, 0, 0}, {10, 1, 0}, {100, 10, 1}}};
  std::size_t at = 0;
  unsigned wrong = 0;
  std::uint32_t address = 0;
  for (int octet = 0; octet < 4; ++octet) {
    const auto end = static_cast<std::size_t>(std::countr_zero(stops | 0x10000U));
    stops &= stops - 1;
    const std::size_t digits = end - at;
    if (digits - 1 > 2 || end > 15) return 0;
    const auto digit = [&](std::size_t i) {
      return static_cast<unsigned>(static_cast<unsigned char>(text[at + i])) - '0';
    };
    const auto& weight = weights[digits];
    const std::uint32_t number = digit(0) * weight[0] + (at + 1 < line_slack ? digit(1) * weight[1] : 0) +
                                 (at + 2 < line_slack ? digit(2) * weight[2] : 0);
    wrong |= static_cast<unsigned>(number > 255) |
             (static_cast<unsigned>(digit(0) == 0) & static_cast<unsigned>(digits > 1));
    if (octet < 3) wrong |= static_cast<unsigned>(text[end] != '.');
    address = address << 8U | number;
    at = end + 1;
  }
  const std::size_t length = at - 1;
  wrong |= static_cast<unsigned>(length > line.size()) |
           (static_cast<unsigned>(length < line.size()) &
            static_cast<unsigned>(text[length] != ' ' && text[length] != '\t'));
  if (wrong != 0) return 0;
  value = address;
  return length;
}

/// Each octet with a dot behind it, to be copied as four bytes.
struct OctetTexts {
  std::array<std::array<char, 4>, 256> text{};
  std::array<std::uint8_t, 256> size{};
  constexpr OctetTexts() {
    for (unsigned i = 0; i < 256; ++i) {
      std::uint8_t n = 0;
      if (i >= 100) text[i][n++] = static_cast<char>('0' + i / 100);
      if (i >= 10) text[i][n++] = static_cast<char>('0' + i / 10 % 10);
      text[i][n++] = static_cast<char>('0' + i % 10);
      text[i][n++] = '.';
      size[i] = n;
    }
  }
};
inline constexpr OctetTexts octet_texts;

/// Writes a dotted address to `to`, and up to four bytes behind it. Gives its end.
inline char* put_v4(char* to, std::uint32_t address) {
  for (unsigned shift = 32; shift != 0;) {
    shift -= 8;
    const std::size_t octet = (address >> shift) & 0xFFU;
    std::memcpy(to, octet_texts.text[octet].data(), 4);
    to += octet_texts.size[octet];
  }
  return to - 1;
}

}  // namespace tlsward::cli

#endif
