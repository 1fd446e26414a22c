// Owns a mail server of one connection that says what a test tells it to, when it tells it to.
#ifndef TLSWARD_TESTS_UNIT_SMTP_FAKE_SERVER_H
#define TLSWARD_TESTS_UNIT_SMTP_FAKE_SERVER_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "base/files.h"

namespace tlsward::tests {

/// The server's side of the connection, as a script uses it.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}

  /// Sends all; false once the client is gone.
  bool say(std::string_view text) const;
  /// The next line without its end; empty when the client is gone or says nothing for 10 s.
  [[nodiscard]] std::string hear() const;
  /// Waits for so many octets and drops them.
  void skip(std::size_t octets) const;
  /// Waits until the client hangs up, at most 10 s.
  void wait_for_end() const;
  /// Makes the end of the connection a reset.
  void end_by_reset() const;
  [[nodiscard]] int descriptor() const { return fd_; }

 private:
  int fd_;
};

/// Listens on a loopback port of its own; takes one connection in a thread and runs the script on it.
class FakeServer {
 public:
  explicit FakeServer(std::function<void(const Peer&)> script);
  ~FakeServer();
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_ = 0;  // before the socket, whose maker sets it
  base::Descriptor listener_;
  std::thread thread_;
};

/// A loopback port on which nobody listens.
std::uint16_t dead_port();

}  // namespace tlsward::tests

#endif
