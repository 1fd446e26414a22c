// Look-ups a second in the prefix table, against a plain branch-free binary search over the same merged
// ranges and a linear longest-match scan; load time and bytes a network. Each ratio is of two things measured
// alternately in this run.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <vector>

#include "net/prefix_table.h"
#include "networks.h"
#include "policy/access_load.h"

using namespace tlsward;

namespace {

double cpu_seconds() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

/// What the compiler must not throw away.
volatile std::uint64_t sink;

/// Merged ranges and a branch-free binary search over them: what one writes first.
template <class Key>
struct PlainRanges {
  std::vector<Key> keys;
  std::vector<std::uint32_t> values;
  [[nodiscard]] std::uint32_t find(Key key) const {
    const Key* base = keys.data();
    std::size_t n = keys.size();
    while (n > 1) {
      const std::size_t half = n / 2;
      base = base[half] <= key ? base + half : base;
      n -= half;
    }
    return values[static_cast<std::size_t>(base - keys.data())];
  }
};

__extension__ using Wide = unsigned __int128;

/// The ranges, out of the table itself: asked at the only points where an answer can change.
template <class Key, class ToKey, class ToAddress>
PlainRanges<Key> ranges_of(const std::vector<net::Prefix>& networks, const net::PrefixTable& table,
                           ToAddress to_address, ToKey to_key) {
  std::vector<Key> points{0};
  for (const net::Prefix& prefix : networks) {
    points.push_back(to_key(prefix.first));
    if (const auto behind = prefix.last().next()) points.push_back(to_key(*behind));
  }
  std::sort(points.begin(), points.end());
  points.erase(std::unique(points.begin(), points.end()), points.end());
  PlainRanges<Key> out;
  for (const Key point : points) {
    const std::uint32_t value = table.find(to_address(point));
    if (!out.values.empty() && out.values.back() == value) continue;
    out.keys.push_back(point);
    out.values.push_back(value);
  }
  return out;
}

net::PrefixTable build(const std::vector<net::Prefix>& networks) {
  net::PrefixTableBuilder builder;
  for (std::uint32_t i = 0; i < networks.size(); ++i) builder.add(networks[i], i);
  builder.sort();
  return net::PrefixTable(std::move(builder), [](std::uint32_t, unsigned, std::uint32_t) {});
}

std::uint32_t scan(const std::vector<net::Prefix>& networks, const net::Address& address) {
  std::uint32_t found = net::PrefixTable::none;
  int bits = -1;
  for (std::uint32_t i = 0; i < networks.size(); ++i) {
    if (networks[i].bits > bits && networks[i].contains(address)) {
      found = i;
      bits = networks[i].bits;
    }
  }
  return found;
}

template <class F>
double seconds_for(F&& f) {
  const double start = cpu_seconds();
  f();
  return cpu_seconds() - start;
}

double median(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

template <class Key, class ToKey, class ToAddress>
void compare(const char* family, std::size_t count, bool v4, ToKey to_key, ToAddress to_address) {
  const auto networks = bench::make_networks(count, 1, v4, !v4);
  const auto table = build(networks);
  const auto plain = ranges_of<Key>(networks, table, to_address, to_key);
  const auto addresses = bench::make_addresses(networks, 1U << 20U, 2);
  std::size_t differences = 0;
  for (std::size_t i = 0; i < addresses.size(); ++i)
    differences += table.find(addresses[i]) != plain.find(to_key(addresses[i])) ? 1U : 0U;

  std::vector<double> ours;
  std::vector<double> theirs;
  for (int round = 0; round < 9; ++round) {
    ours.push_back(seconds_for([&] {
      std::uint64_t sum = 0;
      for (const auto& address : addresses) sum += table.find(address);
      sink = sum;
    }));
    theirs.push_back(seconds_for([&] {
      std::uint64_t sum = 0;
      for (const auto& address : addresses) sum += plain.find(to_key(address));
      sink = sum;
    }));
  }
  const std::size_t scanned =
      std::max<std::size_t>(20, std::min<std::size_t>(addresses.size(), 20000000 / count));
  const double linear = seconds_for([&] {
                          std::uint64_t sum = 0;
                          for (std::size_t i = 0; i < scanned; ++i) sum += scan(networks, addresses[i]);
                          sink = sum;
                        }) /
                        static_cast<double>(scanned);
  const auto n = static_cast<double>(addresses.size());
  std::vector<double> ratios;
  for (std::size_t i = 0; i < ours.size(); ++i) ratios.push_back(ours[i] / theirs[i]);
  const double each = median(ours) / n;
  fmt::print(
      "{:>4} {:>9}  {:>7.1f} M/s  {:>6.2f} of binary search (goal <= 0.8)  {:>10.0f} x linear scan  {:>6.1f} "
      "bytes/network "
      " {} differences\n",
      family, count, 1e-6 / each, median(ratios), linear / each,
      static_cast<double>(table.bytes()) / static_cast<double>(count), differences);
}

/// A list as text in memory, so that the disk is not measured.
class TextSource final : public policy::ListSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] base::Result<std::string> read(const std::string& /*path*/) const override { return text_; }
  [[nodiscard]] base::Result<std::vector<std::string>> matching(
      const std::string& /*pattern*/) const override {
    return std::vector<std::string>{};
  }
  [[nodiscard]] std::string identity(const std::string& path) const override { return path; }

 private:
  std::string text_;
};

void load(std::size_t count) {
  std::string text;
  std::size_t i = 0;
  for (const auto& prefix : bench::make_networks(count, 1, true, true)) {
    text +=
        fmt::format("{} {}\n", net::to_string(prefix), ++i % 3 == 0 ? "required min-bits=256" : "required");
  }
  const TextSource source(std::move(text));
  std::vector<double> all;
  std::size_t bytes = 0;
  for (int round = 0; round < 3; ++round) {
    all.push_back(seconds_for([&] {
      const auto loaded = policy::load_access_list(source, "access", {});
      if (loaded.list == nullptr) std::abort();
      bytes = loaded.list->bytes();
    }));
  }
  fmt::print("load {:>9}  {:>8.1f} ms  {:>6.0f} ns/rule  {:>6.1f} bytes/rule in force\n", count,
             median(all) * 1e3, median(all) * 1e9 / static_cast<double>(count),
             static_cast<double>(bytes) / static_cast<double>(count));
}

}  // namespace

int main(int argc, char** argv) {
  // "lookup load": that part alone, for a profiler.
  const std::string_view part = argc > 1 ? argv[1] : "";
  constexpr std::size_t counts[] = {10, 1000, 100000, 1000000};
  if (part == "load") {
    for (const std::size_t count : counts) load(count);
    return 0;
  }
  for (const std::size_t count : counts) {
    compare<std::uint32_t>(
        "IPv4", count, true, [](const net::Address& a) { return static_cast<std::uint32_t>(a.low); },
        [](std::uint32_t k) { return net::Address::v4(k); });
  }
  for (const std::size_t count : counts) {
    compare<Wide>(
        "IPv6", count, false, [](const net::Address& a) { return (Wide{a.high} << 64U) | a.low; },
        [](Wide k) {
          return net::Address{net::Family::v6, static_cast<std::uint64_t>(k >> 64U),
                              static_cast<std::uint64_t>(k)};
        });
  }
  for (const std::size_t count : counts) load(count);
  return 0;
}
