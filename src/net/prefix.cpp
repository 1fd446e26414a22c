#include "net/prefix.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/text.h"

namespace tlsward::net {
namespace {

using base::is_digit;
using base::parse_decimal;
using base::printable;

/// Thrown about inside of this file only as a value: what parse steps give back.
template <class T>
using Parsed = std::variant<T, SpellingError>;

SpellingError fault_at(SpellingFault fault, std::size_t offset, std::string hint = {}) {
  return SpellingError{fault, static_cast<std::uint32_t>(offset), std::move(hint)};
}

/// The offset of an octet with a leading zero in a dotted text, if that is what is wrong with it.
std::optional<std::size_t> leading_zero(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const bool starts_octet = i == 0 || text[i - 1] == '.';
    if (starts_octet && text[i] == '0' && is_digit(text[i + 1])) return i;
  }
  return std::nullopt;
}

/// How long the longest part of `text` from its start is that is an address by itself; 0 if none is.
std::size_t address_in_front(std::string_view text) {
  for (std::size_t n = std::min<std::size_t>(text.size(), 45); n > 1; --n) {
    if (Address::parse(text.substr(0, n))) return n;
  }
  return 0;
}

/// Reads an address, with brackets where it is IPv6. `at` is its offset in the whole, for errors.
Parsed<Address> parse_address(std::string_view text, std::size_t at) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return fault_at(SpellingFault::bad_address, at, "close the bracket");
    if (close + 1 != text.size())
      return fault_at(SpellingFault::junk, at + close + 1, "nothing may follow the bracket but /length");
    const std::string_view inner = text.substr(1, close - 1);
    if (inner.find(':') == std::string_view::npos)
      return fault_at(SpellingFault::bad_address, at + 1, "only IPv6 addresses stand in brackets");
    return parse_address(inner, at + 1);
  }
  if (const std::size_t zone = text.find('%'); zone != std::string_view::npos) {
    return fault_at(SpellingFault::zone, at + zone,
                    "leave the zone out: it has a meaning on one machine only");
  }
  if (const auto address = Address::parse(text)) return *address;
  if (text.find(':') == std::string_view::npos) {
    if (const auto zero = leading_zero(text)) {
      return fault_at(SpellingFault::leading_zero, at + *zero,
                      "write the octet without leading zeros; some programs read it as octal");
    }
  }
  if (const std::size_t n = address_in_front(text);
      n != 0 && !(n < text.size() && (is_digit(text[n]) || text[n] == '.' || text[n] == ':'))) {
    return fault_at(SpellingFault::junk, at + n,
                    fmt::format("\"{}\" does not belong to the address", printable(text.substr(n), 40)));
  }
  return fault_at(SpellingFault::bad_address, at,
                  "write an IPv4 or IPv6 address, address/length, address:mask or first-last");
}

/// The length of a dotted mask, as 255.255.255.0 is 24.
Parsed<unsigned> parse_mask(std::string_view text, std::size_t at) {
  const auto parsed = parse_address(text, at);
  if (const auto* error = std::get_if<SpellingError>(&parsed)) return *error;
  const auto& mask = std::get<Address>(parsed);
  if (mask.family != Family::v4)
    return fault_at(SpellingFault::mixed_families, at, "IPv6 networks take a length: 2001:db8::/32");
  const auto value = static_cast<std::uint32_t>(mask.low);
  const auto ones = static_cast<unsigned>(std::countl_one(value));
  if (ones != static_cast<unsigned>(std::popcount(value))) {
    return fault_at(SpellingFault::mask_hole, at,
                    "a mask is ones and then zeros, as 255.255.255.192; write one line a network");
  }
  return ones;
}

/// The prefix of an address and a length, with mapped IPv6 already told apart: `written_as_v6` lengths count
/// from 96.
Parsed<Network> make_network(const Address& address, bool written_as_v6, std::string_view length_text,
                             std::size_t at) {
  const auto length = parse_decimal(length_text, 128);
  const unsigned offset = address.family == Family::v4 && written_as_v6 ? 96 : 0;
  const unsigned width = width_of(address.family);
  if (!length || (length_text.size() > 1 && length_text[0] == '0')) {
    return fault_at(SpellingFault::bad_length, at,
                    fmt::format("the length is a number from 0 to {}", width + offset));
  }
  if (*length > width + offset)
    return fault_at(
        SpellingFault::bad_length, at,
        fmt::format("an {} length is at most {}", written_as_v6 ? "IPv6" : "IPv4", width + offset));
  if (*length < offset) {
    return fault_at(SpellingFault::bad_length, at,
                    "a mapped address is IPv4: its length is 96 to 128 here, or write it as IPv4");
  }
  const auto bits = static_cast<unsigned>(*length - offset);
  const Address first = address.masked(bits);
  return Network{{Prefix{first, static_cast<std::uint8_t>(bits)}}, first != address};
}

Parsed<Network> parse_range(std::string_view text, std::size_t dash) {
  const auto first = parse_address(text.substr(0, dash), 0);
  if (const auto* error = std::get_if<SpellingError>(&first)) return *error;
  const auto last = parse_address(text.substr(dash + 1), dash + 1);
  if (const auto* error = std::get_if<SpellingError>(&last)) return *error;
  const auto& a = std::get<Address>(first);
  const auto& b = std::get<Address>(last);
  if (a.family != b.family)
    return fault_at(SpellingFault::mixed_families, dash + 1, "both ends of a range are IPv4, or both IPv6");
  if (b < a)
    return fault_at(SpellingFault::range_order, dash + 1,
                    fmt::format("write the lower address first: {}-{}", to_string(b), to_string(a)));
  return Network{prefixes_of_range(a, b), false};
}

Parsed<Network> with_bits(const Address& address, unsigned bits) {
  const Address first = address.masked(bits);
  return Network{{Prefix{first, static_cast<std::uint8_t>(bits)}}, first != address};
}

Parsed<Network> parse_with_slash(std::string_view text, std::size_t slash) {
  const std::string_view left = text.substr(0, slash);
  const std::string_view right = text.substr(slash + 1);
  const auto parsed = parse_address(left, 0);
  if (const auto* error = std::get_if<SpellingError>(&parsed)) return *error;
  const auto& address = std::get<Address>(parsed);
  const bool written_as_v6 = left.find(':') != std::string_view::npos;
  if (right.find('.') == std::string_view::npos)
    return make_network(address, written_as_v6, right, slash + 1);
  if (written_as_v6)
    return fault_at(SpellingFault::mixed_families, slash + 1, "IPv6 networks take a length: 2001:db8::/32");
  const auto bits = parse_mask(right, slash + 1);
  if (const auto* error = std::get_if<SpellingError>(&bits)) return *error;
  return with_bits(address, std::get<unsigned>(bits));
}

/// Trailing zero bits of the whole address: how large a network may start here.
unsigned alignment(const Address& address) {
  const unsigned width = width_of(address.family);
  if (address.low != 0) return std::min(width, static_cast<unsigned>(std::countr_zero(address.low)));
  if (address.family == Family::v4 || address.high == 0) return width;
  return 64 + static_cast<unsigned>(std::countr_zero(address.high));
}

}  // namespace

std::string to_string(const Prefix& prefix) {
  return fmt::format("{}/{}", to_string(prefix.first), prefix.bits);
}

std::vector<Prefix> prefixes_of_range(const Address& first, const Address& last) {
  std::vector<Prefix> out;
  const unsigned width = width_of(first.family);
  Address at = first;
  for (;;) {
    unsigned bits = width - alignment(at);
    while (at.filled(bits) > last) ++bits;
    out.push_back(Prefix{at, static_cast<std::uint8_t>(bits)});
    const Address end = at.filled(bits);
    if (end == last) return out;
    at = *end.next();
  }
}

std::optional<Prefix> parse_plain_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  if (host.starts_with('[')) return std::nullopt;
  const auto address = Address::parse(host);
  if (!address) return std::nullopt;
  const unsigned width = width_of(address->family);
  if (slash == std::string_view::npos) return Prefix{*address, static_cast<std::uint8_t>(width)};
  const std::string_view length_text = text.substr(slash + 1);
  const bool mapped = address->family == Family::v4 && host.find(':') != std::string_view::npos;
  if (mapped || length_text.empty() || length_text.size() > 3 ||
      (length_text.size() > 1 && length_text[0] == '0'))
    return std::nullopt;
  const auto length = parse_decimal(length_text, width);
  if (!length) return std::nullopt;
  const auto bits = static_cast<unsigned>(*length);
  if (address->masked(bits) != *address) return std::nullopt;
  return Prefix{*address, static_cast<std::uint8_t>(bits)};
}

std::variant<Network, SpellingError> parse_network(std::string_view text) {
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos)
    return parse_with_slash(text, slash);
  if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) return parse_range(text, dash);
  // "address:mask" as appliances write it: exactly one colon, a dotted text before it.
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && colon == text.rfind(':') &&
      text.substr(0, colon).find('.') != std::string_view::npos && !text.starts_with('[')) {
    const auto address = parse_address(text.substr(0, colon), 0);
    if (const auto* error = std::get_if<SpellingError>(&address)) return *error;
    const auto bits = parse_mask(text.substr(colon + 1), colon + 1);
    if (const auto* error = std::get_if<SpellingError>(&bits)) return *error;
    return with_bits(std::get<Address>(address), std::get<unsigned>(bits));
  }
  const auto parsed = parse_address(text, 0);
  if (const auto* error = std::get_if<SpellingError>(&parsed)) return *error;
  return with_bits(std::get<Address>(parsed), width_of(std::get<Address>(parsed).family));
}

}  // namespace tlsward::net
