#include "policy/mode.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.h"

namespace tlsward::policy {
namespace {

constexpr std::array<std::pair<std::string_view, Mode>, 5> modes{{{"required", Mode::required},
                                                                  {"available", Mode::available},
                                                                  {"none", Mode::none},
                                                                  {"deny", Mode::deny},
                                                                  {"exempt", Mode::exempt}}};

constexpr std::uint16_t ssl3 = 0x0300;

}  // namespace

std::string_view mode_name(Mode mode) {
  for (const auto& [name, value] : modes) {
    if (value == mode) return name;
  }
  return "?";
}

std::optional<Mode> parse_mode(std::string_view text) {
  for (const auto& [name, value] : modes) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::optional<TlsVersion> TlsVersion::parse(std::string_view text) {
  if (base::equals_ignoring_case(text, "SSLv2")) return TlsVersion{0x0200};
  if (base::equals_ignoring_case(text, "SSLv3")) return TlsVersion{ssl3};
  if (text.size() < 5 || !base::equals_ignoring_case(text.substr(0, 5), "TLSv1")) return std::nullopt;
  const std::string_view minor = text.substr(5);
  if (minor.empty()) return TlsVersion{ssl3 + 1};
  if (minor.size() != 2 || minor[0] != '.' || !base::is_digit(minor[1])) return std::nullopt;
  return TlsVersion{static_cast<std::uint16_t>(ssl3 + 1 + (minor[1] - '0'))};
}

std::optional<TlsVersion> parse_min_protocol(std::string_view text) {
  for (const std::string_view known : {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}) {
    if (text == known) return TlsVersion::parse(text);
  }
  return std::nullopt;
}

std::string to_string(TlsVersion version) {
  if (version.wire == 0x0200) return "SSLv2";
  if (version.wire <= ssl3) return "SSLv3";
  if (version.wire == ssl3 + 1) return "TLSv1";
  return fmt::format("TLSv1.{}", version.wire - ssl3 - 1);
}

}  // namespace tlsward::policy
