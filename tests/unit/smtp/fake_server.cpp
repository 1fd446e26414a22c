#include "unit/smtp/fake_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cassert>
#include <utility>

namespace tlsward::tests {
namespace {

constexpr int patience_ms = 10000;

base::Descriptor bound_socket(std::uint16_t& port) {
  base::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const auto as_generic = [&] { return reinterpret_cast<sockaddr*>(&address); };
  [[maybe_unused]] const bool is_bound =
      ::bind(socket.get(), as_generic(), size) == 0 && ::getsockname(socket.get(), as_generic(), &size) == 0;
  assert(is_bound);
  port = ntohs(address.sin_port);
  return socket;
}

bool can_be_read(int fd) {
  pollfd watched{fd, POLLIN, 0};
  return ::poll(&watched, 1, patience_ms) > 0;
}

}  // namespace

bool Peer::say(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t n = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::string Peer::hear() const {
  std::string line;
  char octet = 0;
  while (can_be_read(fd_) && ::recv(fd_, &octet, 1, 0) == 1) {
    if (octet == '\n') break;
    if (octet != '\r') line += octet;
  }
  return line;
}

void Peer::skip(std::size_t octets) const {
  char octet = 0;
  while (octets-- > 0 && can_be_read(fd_) && ::recv(fd_, &octet, 1, 0) == 1) {
  }
}

void Peer::wait_for_end() const {
  char octet = 0;
  while (can_be_read(fd_) && ::recv(fd_, &octet, 1, 0) == 1) {
  }
}

void Peer::end_by_reset() const {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

FakeServer::FakeServer(std::function<void(const Peer&)> script) : listener_(bound_socket(port_)) {
  ::listen(listener_.get(), 1);
  thread_ = std::thread([this, script = std::move(script)] {
    const base::Descriptor client(::accept(listener_.get(), nullptr, nullptr));
    if (client.is_open()) script(Peer(client.get()));
  });
}

FakeServer::~FakeServer() {
  ::shutdown(listener_.get(), SHUT_RDWR);  // frees the thread where nobody ever came
  thread_.join();
}

std::uint16_t dead_port() {
  std::uint16_t port = 0;
  const base::Descriptor socket = bound_socket(port);
  return port;
}

}  // namespace tlsward::tests
