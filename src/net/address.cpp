#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <cstring>

namespace tlsward::net {
namespace {

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

/// The mask of the first `bits` of 64.
constexpr std::uint64_t mask64(unsigned bits) {
  return bits == 0 ? 0 : all_ones << (64U - bits);
}

struct Masks {
  std::uint64_t high;
  std::uint64_t low;
};

constexpr Masks masks(Family family, unsigned bits) {
  if (family == Family::v4) return {all_ones, bits >= 32 ? all_ones : mask64(bits + 32)};
  return {mask64(bits < 64 ? bits : 64), bits > 64 ? mask64(bits - 64) : 0};
}

std::uint64_t read64(const unsigned char* bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = (value << 8U) | bytes[i];
  return value;
}

/// Dotted decimal without leading zeros, read by hand: lists have a million of them.
std::optional<Address> parse_v4(std::string_view text) {
  std::uint32_t value = 0;
  std::size_t i = 0;
  for (int octet = 0; octet < 4; ++octet) {
    if (octet != 0 && (i >= text.size() || text[i++] != '.')) return std::nullopt;
    const std::size_t start = i;
    std::uint32_t number = 0;
    while (i < text.size() && i - start < 3 && text[i] >= '0' && text[i] <= '9')
      number = number * 10 + static_cast<std::uint32_t>(text[i++] - '0');
    if (i == start || number > 255 || (text[start] == '0' && i - start > 1)) return std::nullopt;
    value = (value << 8U) | number;
  }
  if (i != text.size()) return std::nullopt;
  return Address::v4(value);
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN + 1> buffer{};
  if (text.empty() || text.size() >= buffer.size()) return std::nullopt;
  if (text.find(':') == std::string_view::npos) return parse_v4(text);
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  std::memcpy(buffer.data(), text.data(), text.size());
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET6, buffer.data(), bytes.data()) != 1) return std::nullopt;
  return v6(read64(bytes.data()), read64(bytes.data() + 8));
}

std::optional<Address> Address::from_sockaddr(const sockaddr* address) {
  if (address == nullptr) return std::nullopt;
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    return v4(ntohl(in.sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, address, sizeof in);
    return v6(read64(in.sin6_addr.s6_addr), read64(in.sin6_addr.s6_addr + 8));
  }
  return std::nullopt;
}

Address Address::masked(unsigned bits) const {
  const Masks m = masks(family, bits);
  return Address{family, high & m.high, low & m.low};
}

Address Address::filled(unsigned bits) const {
  const Masks m = masks(family, bits);
  if (family == Family::v4) return Address{family, 0, (low | ~m.low) & 0xFFFFFFFFU};
  return Address{family, high | ~m.high, low | ~m.low};
}

std::optional<Address> Address::next() const {
  if (family == Family::v4) {
    if (low == 0xFFFFFFFFU) return std::nullopt;
    return Address{family, 0, low + 1};
  }
  if (low != all_ones) return Address{family, high, low + 1};
  if (high != all_ones) return Address{family, high + 1, 0};
  return std::nullopt;
}

void append_address(std::string& out, const Address& address) {
  if (address.family == Family::v4) {
    std::array<char, 16> buffer{};
    char* end = buffer.data();
    for (unsigned shift = 24;; shift -= 8) {
      end = std::to_chars(end, buffer.data() + buffer.size(), (address.low >> shift) & 0xFFU).ptr;
      if (shift == 0) break;
      *end++ = '.';
    }
    out.append(buffer.data(), end);
    return;
  }
  std::array<unsigned char, 16> bytes{};
  for (unsigned i = 0; i < 8; ++i) {
    bytes[i] = static_cast<unsigned char>(address.high >> (56 - 8 * i));
    bytes[i + 8] = static_cast<unsigned char>(address.low >> (56 - 8 * i));
  }
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  out += ::inet_ntop(AF_INET6, bytes.data(), buffer.data(), buffer.size());
}

std::string to_string(const Address& address) {
  std::string out;
  append_address(out, address);
  return out;
}

}  // namespace tlsward::net
