// Owns the networks that benchmarks play with: drawn by a seed, lengths spread as in access lists and routing
// tables.
#ifndef TLSWARD_BENCH_NETWORKS_H
#define TLSWARD_BENCH_NETWORKS_H

#include <cstdint>
#include <random>
#include <vector>

#include "net/prefix.h"

namespace tlsward::bench {

/// `count` networks, no two alike. IPv4: mostly /24, then /32 and /16 to /23, in clusters as registries give
/// them out. IPv6: /32 to /64 and some /128 within the blocks of the five registries.
std::vector<net::Prefix> make_networks(std::size_t count, std::uint64_t seed, bool v4, bool v6);

/// Addresses to ask for: half of them inside of the networks, half anywhere in the family's used space.
std::vector<net::Address> make_addresses(const std::vector<net::Prefix>& networks, std::size_t count,
                                         std::uint64_t seed);

}  // namespace tlsward::bench

#endif
