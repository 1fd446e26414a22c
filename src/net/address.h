// Owns IP addresses as values: IPv4 or IPv6, an IPv4-mapped IPv6 address being IPv4.
#ifndef TLSWARD_NET_ADDRESS_H
#define TLSWARD_NET_ADDRESS_H

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;

namespace tlsward::net {

enum class Family : std::uint8_t { v4, v6 };

/// The number of bits of an address: 32 or 128.
constexpr unsigned width_of(Family family) {
  return family == Family::v4 ? 32 : 128;
}

/// An IP address. An IPv4 address sits in the low 32 bits of `low` with `high` zero. IPv4-mapped IPv6
/// addresses
/// (::ffff:0:0/96, RFC 4291 section 2.5.5.2) never exist here: every maker turns them into IPv4.
struct Address {
  Family family = Family::v4;
  std::uint64_t high = 0;  ///< the first 64 bits of an IPv6 address
  std::uint64_t low = 0;   ///< the last 64 bits, or the IPv4 address

  auto operator<=>(const Address&) const = default;

  /// Reads dotted IPv4 or IPv6 as RFC 4291 section 2.2 writes it; no brackets, no zone, no leading zero in an
  /// octet.
  static std::optional<Address> parse(std::string_view text);
  /// Out of a socket address; nothing for another family than AF_INET and AF_INET6, or null.
  static std::optional<Address> from_sockaddr(const sockaddr* address);
  static constexpr Address v4(std::uint32_t value) { return Address{Family::v4, 0, value}; }
  /// Turns mapped addresses into IPv4.
  static constexpr Address v6(std::uint64_t high, std::uint64_t low) {
    if (high == 0 && (low >> 32U) == 0xFFFFU) return v4(static_cast<std::uint32_t>(low));
    return Address{Family::v6, high, low};
  }

  /// With every bit behind the first `bits` zero (0 to the family's width).
  [[nodiscard]] Address masked(unsigned bits) const;
  /// With every bit behind the first `bits` one: the last address of that network.
  [[nodiscard]] Address filled(unsigned bits) const;
  /// The address one above; nothing above the family's last.
  [[nodiscard]] std::optional<Address> next() const;
};

/// Dotted decimal, or RFC 5952.
std::string to_string(const Address& address);

/// Appends `to_string` to `out` (the fast way for many).
void append_address(std::string& out, const Address& address);

}  // namespace tlsward::net

#endif
