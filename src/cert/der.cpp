#include "cert/der.h"

#include <cstddef>

namespace tlsward::cert::der {

std::optional<Element> take(std::string_view& in, bool allow_indefinite) {
  if (in.size() < 2) return std::nullopt;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(in[i]); };
  Element out;
  out.tag = byte(0);
  if ((out.tag & 0x1FU) == 0x1FU) return std::nullopt;
  std::size_t header = 2;
  std::size_t length = byte(1);
  if (length == 0x80) {
    if (!allow_indefinite) return std::nullopt;
    out.whole = in;
    in = {};
    return out;
  }
  if (length > 0x80) {
    const std::size_t octets = length & 0x7FU;
    if (octets > 4 || in.size() < 2 + octets) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < octets; ++i) length = (length << 8U) | byte(2 + i);
    header += octets;
  }
  if (length > in.size() - header) return std::nullopt;
  out.whole = in.substr(0, header + length);
  out.content = out.whole.substr(header);
  in.remove_prefix(header + length);
  return out;
}

std::optional<Element> take(std::string_view& in, Tag tag) {
  std::string_view rest = in;
  auto element = take(rest);
  if (!element || element->tag != tag) return std::nullopt;
  in = rest;
  return element;
}

}  // namespace tlsward::cert::der
