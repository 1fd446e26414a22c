// Owns Prefix, and what an access list may write where a network stands.
#ifndef TLSWARD_NET_PREFIX_H
#define TLSWARD_NET_PREFIX_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/address.h"

namespace tlsward::net {

/// A block of addresses: the first `bits` bits of `first` decide membership. RFC 4632, RFC 4291 section 2.3.
/// Invariant: bits is 0-32 (IPv4) or 0-128 (IPv6), every later bit of `first` is zero.
struct Prefix {
  Address first;
  std::uint8_t bits = 0;

  auto operator<=>(const Prefix&) const = default;
  [[nodiscard]] bool contains(const Address& address) const {
    return address.family == first.family && address.masked(bits) == first;
  }
  [[nodiscard]] Address last() const { return first.filled(bits); }
};

/// "192.0.2.0/24", "2001:db8::/32".
std::string to_string(const Prefix& prefix);

/// The fewest prefixes that cover first..last exactly, ascending. Both of one family, first <= last.
/// At most 62 (IPv4) or 254 (IPv6).
std::vector<Prefix> prefixes_of_range(const Address& first, const Address& last);

/// What is wrong with a network's spelling. Each has its own check name in the manual.
enum class SpellingFault : std::uint8_t {
  bad_address,     ///< not an address at all
  leading_zero,    ///< an octet like 010, which some programs read as octal
  zone,            ///< fe80::1%eth0: a zone belongs to one machine's interface
  bad_length,      ///< a length that is no number, or more than the family has
  mask_hole,       ///< 255.0.255.0
  mixed_families,  ///< a range from IPv4 to IPv6, or an IPv6 address with a dotted mask
  range_order,     ///< last before first
  junk,            ///< something behind a whole address
};

/// Where and what: `offset` and `length` are bytes within the text that was parsed.
struct SpellingError {
  SpellingFault fault = SpellingFault::bad_address;
  std::uint32_t offset = 0;
  std::string hint;  ///< the remedy, printable
};

/// A network as written. `prefixes` has one member, or several for a range.
struct Network {
  std::vector<Prefix> prefixes;
  bool had_host_bits = false;  ///< bits behind the mask were set and have been cleared
};

/// Reads every spelling of the access list: address; address/length; address/mask and address:mask (IPv4,
/// 004_0505d31b11d3b4e2.txt); first-last; IPv6 with or without brackets. Mapped IPv6 prefixes of 96 bits or
/// more are IPv4. Pure, any thread.
std::variant<Network, SpellingError> parse_network(std::string_view text);

/// The common case of `parse_network` without allocation: address or address/length without host bits,
/// spelled right. Nothing means "ask parse_network", not "wrong".
std::optional<Prefix> parse_plain_prefix(std::string_view text);

}  // namespace tlsward::net

#endif
