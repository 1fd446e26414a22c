// Owns the mail server's side of a measurement: many connections to a filter that speak the milter protocol.
#ifndef TLSWARD_BENCH_LOAD_H
#define TLSWARD_BENCH_LOAD_H

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "net/address.h"

namespace tlsward::bench {

/// What a load has seen.
struct Seen {
  std::size_t sessions = 0;
  double seconds = 0;
  std::vector<double> latencies;  ///< from connect() to the verdict on MAIL, in seconds, ascending
  double replies = 0;             ///< waited for in one session, without that of the negotiation

  /// The latency that `share` of the sessions stay below.
  [[nodiscard]] double latency(double share) const;
};

/// Clients as the filter hears of them. They talk TLS, as most do.
using Clients = std::vector<net::Address>;

/// Plays sessions of CONNECT, HELO, MAIL and QUIT over `connections` at a time until the time is over. Throws
/// std::runtime_error where the filter hangs up.
Seen play_sessions(const std::string& socket, const Clients& clients, std::size_t connections,
                   std::chrono::milliseconds time);

/// Connections that have sent a message and now do nothing.
class IdleConnections {
 public:
  IdleConnections(const std::string& socket, const Clients& clients, std::size_t count);
  ~IdleConnections();
  IdleConnections(const IdleConnections&) = delete;
  IdleConnections& operator=(const IdleConnections&) = delete;

 private:
  std::vector<int> descriptors_;
};

}  // namespace tlsward::bench

#endif
