#include "mta/ports.h"

#include <netdb.h>
#include <netinet/in.h>

#include <array>
#include <string>

#include "base/text.h"

namespace tlsward::mta {

std::optional<std::uint16_t> port_number(std::string_view text) {
  if (const auto number = base::parse_decimal(text, 65535)) {
    if (*number == 0) return std::nullopt;
    return static_cast<std::uint16_t>(*number);
  }
  struct Known {
    std::string_view name;
    std::uint16_t port;
  };
  // RFC 6409 and RFC 8314.
  for (const Known& known : {Known{"smtp", 25}, Known{"smtps", 465}, Known{"submissions", 465},
                             Known{"ssmtp", 465}, Known{"submission", 587}}) {
    if (text == known.name) return known.port;
  }
  std::array<char, 2048> buffer{};
  servent entry{};
  servent* found = nullptr;
  if (::getservbyname_r(std::string(text).c_str(), "tcp", &entry, buffer.data(), buffer.size(), &found) !=
          0 ||
      found == nullptr) {
    return std::nullopt;
  }
  return ntohs(static_cast<std::uint16_t>(found->s_port));
}

}  // namespace tlsward::mta
