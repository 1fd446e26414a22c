#include "networks.h"

#include <algorithm>
#include <array>
#include <set>

namespace tlsward::bench {
namespace {

using Random = std::mt19937_64;
using net::Address;
using net::Prefix;

/// A length out of a table of weights in percent.
template <std::size_t N>
unsigned draw_length(Random& random, const std::array<std::pair<unsigned, unsigned>, N>& weights) {
  auto left = static_cast<unsigned>(random() % 100);
  for (const auto& [bits, weight] : weights) {
    if (left < weight) return bits;
    left -= weight;
  }
  return weights.back().first;
}

constexpr std::array<std::pair<unsigned, unsigned>, 10> v4_lengths{
    {{24, 48}, {32, 20}, {22, 8}, {23, 7}, {20, 4}, {21, 4}, {19, 3}, {16, 3}, {28, 2}, {18, 1}}};
constexpr std::array<std::pair<unsigned, unsigned>, 7> v6_lengths{
    {{48, 45}, {32, 17}, {64, 12}, {44, 8}, {40, 8}, {56, 5}, {128, 5}}};

/// Unicast space that is in use: not 0/8, 10/8, 127/8 nor 224/3.
std::uint32_t draw_v4(Random& random) {
  for (;;) {
    const auto value = static_cast<std::uint32_t>(random());
    const std::uint32_t top = value >> 24U;
    if (top != 0 && top != 10 && top != 127 && top < 224) return value;
  }
}

Address draw_v6(Random& random) {
  constexpr std::array<std::uint64_t, 6> registries{0x2001, 0x2400, 0x2600, 0x2800, 0x2A00, 0x2C00};
  // Some 60,000 holders, each with many networks.
  const std::uint64_t holder = random() % 10000;
  const std::uint64_t high = registries[random() % registries.size()] << 48U |
                             (holder * 37U % 0x4000U) << 34U | (random() & 0xFFFFFFFFU);
  return Address::v6(high, random());
}

Prefix draw(Random& random, bool v4, Address& last) {
  const unsigned bits = v4 ? draw_length(random, v4_lengths) : draw_length(random, v6_lengths);
  Address address = v4 ? Address::v4(draw_v4(random)) : draw_v6(random);
  // Three of four lie near the one before, as holders' networks do.
  if (v4 && last.low != 0 && (random() & 3U) != 0)
    address = Address::v4(static_cast<std::uint32_t>((last.low & 0xFFF00000U) | (address.low & 0x000FFFFFU)));
  last = address;
  return Prefix{address.masked(bits), static_cast<std::uint8_t>(bits)};
}

}  // namespace

std::vector<Prefix> make_networks(std::size_t count, std::uint64_t seed, bool v4, bool v6) {
  Random random(seed);
  std::set<Prefix> seen;
  std::vector<Prefix> out;
  Address last_v4;
  Address last_v6;
  while (out.size() < count) {
    const bool want_v4 = v4 && (!v6 || random() % 5 != 0);
    const Prefix prefix = draw(random, want_v4, want_v4 ? last_v4 : last_v6);
    if (seen.insert(prefix).second) out.push_back(prefix);
  }
  return out;
}

std::vector<Address> make_addresses(const std::vector<Prefix>& networks, std::size_t count,
                                    std::uint64_t seed) {
  Random random(seed);
  std::vector<Address> out;
  out.reserve(count);
  while (out.size() < count) {
    const Prefix& prefix = networks[random() % networks.size()];
    Address address = prefix.first;
    if ((random() & 1U) != 0) {
      const Address ones = prefix.last();
      address.high |= random() & (ones.high ^ prefix.first.high);
      address.low |= random() & (ones.low ^ prefix.first.low);
    } else {
      address = address.family == net::Family::v4 ? Address::v4(draw_v4(random)) : draw_v6(random);
    }
    out.push_back(address);
  }
  return out;
}

}  // namespace tlsward::bench
