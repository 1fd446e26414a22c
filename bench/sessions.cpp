// Sessions through the socket: tlswardd with an enforced list of 1,000 networks against a filter that only
// answers, then tlswardd while it reads a million rules against itself when quiet. Rounds alternate within
// one run; what is printed are medians of the rounds' ratios.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <vector>

#include "filters.h"
#include "load.h"
#include "networks.h"

using namespace tlsward;
using bench::Filter;
using bench::Folder;
using bench::Seen;
using std::chrono::milliseconds;

namespace {

double median(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return all.at(all.size() / 2);
}

bench::Clients make_clients(std::size_t networks) {
  return bench::make_addresses(bench::make_networks(networks, 1, true, true), 4096, 7);
}

struct Round {
  Seen seen;
  double cpu = 0;  ///< of the filter, in one session
};

Round play(const Filter& filter, const bench::Clients& clients, std::size_t connections, milliseconds time) {
  const double before = filter.cpu_seconds();
  Round round{bench::play_sessions(filter.socket(), clients, connections, time), 0};
  round.cpu = (filter.cpu_seconds() - before) / static_cast<double>(round.seen.sessions);
  return round;
}

/// One line: what tlswardd has, what the other has, the ratio and its goal.
void print(const std::string& what, const std::vector<Round>& ours, const std::vector<Round>& theirs,
           const char* unit, const char* goal, const std::function<double(const Round&)>& value) {
  std::vector<double> a;
  std::vector<double> b;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    a.push_back(value(ours[i]));
    b.push_back(value(theirs[i]));
    ratios.push_back(a.back() / b.back());
  }
  fmt::print("{:<44} tlswardd {:>9.1f} {}, bare milter {:>9.1f} {}: ratio {:.2f} ({})\n", what, median(a),
             unit, median(b), unit, median(ratios), goal);
}

void compare_sessions(const Folder& folder) {
  const auto clients = make_clients(1000);
  const Filter ours = Filter::tlswardd(folder, bench::write_list(folder, 1000));
  const Filter theirs = Filter::bare(folder);
  constexpr int rounds = 7;
  for (const std::size_t connections : {1U, 50U, 500U}) {
    std::vector<Round> a;
    std::vector<Round> b;
    constexpr milliseconds time{700};
    for (int round = 0; round < rounds; ++round) {
      // Who begins changes, as the machine's other work may come in waves.
      if (round % 2 != 0) b.push_back(play(theirs, clients, connections, time));
      a.push_back(play(ours, clients, connections, time));
      if (round % 2 == 0) b.push_back(play(theirs, clients, connections, time));
    }
    const std::string at = fmt::format(", {} connections", connections);
    print("sessions a second" + at, a, b, "/s", "goal >= 1.0",
          [](const Round& r) { return static_cast<double>(r.seen.sessions) / r.seen.seconds; });
    print("a session's median" + at, a, b, "us", "no goal",
          [](const Round& r) { return r.seen.latency(0.5) * 1e6; });
    print("a session's p99" + at, a, b, "us", "goal <= 1.1",
          [](const Round& r) { return r.seen.latency(0.99) * 1e6; });
    print("the filter's CPU a session" + at, a, b, "us", "goal <= 1.1",
          [](const Round& r) { return r.cpu * 1e6; });
    if (connections != 1) continue;
    fmt::print("{:<44} tlswardd {:.0f}, bare milter {:.0f} (goal 1)\n", "replies waited for, a message",
               a.front().seen.replies, b.front().seen.replies);
  }
  std::fflush(stdout);
}

/// Bytes of RAM for each of so many idle connections, in a process that has served none before.
double bytes_each(const Filter& filter, const bench::Clients& clients, std::size_t count) {
  { const bench::IdleConnections warm(filter.socket(), clients, 1); }
  const auto before = static_cast<double>(filter.resident());
  const bench::IdleConnections idle(filter.socket(), clients, count);
  return (static_cast<double>(filter.resident()) - before) / static_cast<double>(count);
}

void compare_memory(std::size_t connections) {
  const auto clients = make_clients(1000);
  std::vector<double> ours;
  std::vector<double> theirs;
  for (int round = 0; round < 3; ++round) {
    const Folder folder;
    ours.push_back(
        bytes_each(Filter::tlswardd(folder, bench::write_list(folder, 1000)), clients, connections));
    theirs.push_back(bytes_each(Filter::bare(folder), clients, connections));
  }
  fmt::print("{:<44} tlswardd {:>9.0f} bytes, bare milter {:>9.0f} bytes: ratio {:.2f} (goal <= 1.1)\n",
             fmt::format("RAM of an idle connection, {} of them", connections), median(ours), median(theirs),
             median(ours) / median(theirs));
  std::fflush(stdout);
}

void compare_reload(const Folder& folder) {
  constexpr std::size_t rules = 1000000;
  const auto clients = make_clients(rules);
  const Filter filter = Filter::tlswardd(folder, bench::write_list(folder, rules));
  std::vector<double> quiet;
  std::vector<double> busy;
  std::vector<double> worst;
  for (int round = 0; round < 5; ++round) {
    quiet.push_back(bench::play_sessions(filter.socket(), clients, 1, milliseconds(400)).latency(0.5));
    const std::size_t before = filter.logged("access list read again");
    std::vector<double> during;
    filter.reload();
    while (filter.logged("access list read again") == before) {
      const Seen seen = bench::play_sessions(filter.socket(), clients, 1, milliseconds(50));
      during.insert(during.end(), seen.latencies.begin(), seen.latencies.end());
    }
    worst.push_back(*std::max_element(during.begin(), during.end()));
    busy.push_back(median(std::move(during)));
  }
  std::vector<double> ratios;
  for (std::size_t i = 0; i < quiet.size(); ++i) ratios.push_back(busy[i] / quiet[i]);
  fmt::print(
      "{:<44} reloading {:>8.1f} us, quiet       {:>9.1f} us: ratio {:.2f} (goal <= 1.2); slowest {:.1f} "
      "ms\n",
      "a session's median, 1,000,000 rules", median(busy) * 1e6, median(quiet) * 1e6, median(ratios),
      median(worst) * 1e3);
}

/// Thousands of connections are wanted, here and in the filters, which inherit it.
void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65536);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main() {
  try {
    raise_descriptor_limit();
    {
      const Folder folder;
      compare_sessions(folder);
    }
    compare_memory(100);
    compare_memory(4000);
    const Folder folder;
    compare_reload(folder);
    return 0;
  } catch (const std::exception& e) {
    fmt::print(stderr, "bench/sessions: {}\n", e.what());
    return 1;
  }
}
