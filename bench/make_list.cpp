// Writes an access list, or a Postfix cidr table of the same networks (longest first), for benchmarks:
//   make_list access|cidr|addresses COUNT [SEED]
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "networks.h"

using namespace tlsward;

namespace {

/// Each tenth rule asks for more, as lists in use do.
const char* terms(std::size_t i) {
  constexpr const char* all[] = {"required",
                                 "required",
                                 "available",
                                 "required",
                                 "required min-protocol=TLSv1.2",
                                 "required",
                                 "none",
                                 "required min-bits=256",
                                 "deny",
                                 "required"};
  return all[i % std::size(all)];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: make_list access|cidr|addresses COUNT [SEED]\n", stderr);
    return 64;
  }
  const std::string kind = argv[1];
  const auto count = static_cast<std::size_t>(std::strtoul(argv[2], nullptr, 10));
  const std::uint64_t seed = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 1;
  if (kind == "addresses") {
    // As many as asked for, out of a list of SEED networks.
    for (const net::Address& address :
         bench::make_addresses(bench::make_networks(seed, 1, true, true), count, 7))
      fmt::print("{}\n", net::to_string(address));
    return 0;
  }
  auto networks = bench::make_networks(count, seed, true, true);
  if (kind == "cidr") {
    std::stable_sort(networks.begin(), networks.end(),
                     [](const auto& a, const auto& b) { return a.bits > b.bits; });
    for (const net::Prefix& prefix : networks)
      fmt::print("{} reject_plaintext_session\n", net::to_string(prefix));
    return 0;
  }
  for (std::size_t i = 0; i < networks.size(); ++i)
    fmt::print("{} {}\n", net::to_string(networks[i]), terms(i));
  return 0;
}
