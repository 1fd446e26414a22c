#include "dns/direct.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/files.h"

namespace tlsward::dns {
namespace {

using Clock = std::chrono::steady_clock;
using base::Descriptor;
using base::Errc;
using base::Error;
using base::from_errno;
using base::Result;
using base::Status;

constexpr std::chrono::milliseconds patience{1200};  // before a UDP question is sent again
constexpr std::size_t most_bytes = 0xFFFF;

/// A server's socket address.
struct Peer {
  sockaddr_storage storage{};
  socklen_t length = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

void put64(unsigned char* at, std::uint64_t value) {
  for (int i = 7; i >= 0; --i, value >>= 8U) at[i] = static_cast<unsigned char>(value);
}

Peer peer_of(const net::Address& address, std::uint16_t port) {
  Peer peer;
  if (address.family == net::Family::v4) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    in.sin_addr.s_addr = htonl(static_cast<std::uint32_t>(address.low));
    std::memcpy(&peer.storage, &in, sizeof in);
    peer.length = sizeof in;
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port);
    put64(in.sin6_addr.s6_addr, address.high);
    put64(in.sin6_addr.s6_addr + 8, address.low);
    std::memcpy(&peer.storage, &in, sizeof in);
    peer.length = sizeof in;
  }
  return peer;
}

/// Waits for the socket; unavailable when the time is over.
Status wait_for(int fd, short events, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return Error{Errc::unavailable, "no answer in time", {}};
    pollfd waiting{fd, events, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<long long>(left, 1000000)));
    if (ready > 0) return base::Done{};
    if (ready < 0 && errno != EINTR) return from_errno(errno, "waiting for the name server");
  }
}

Result<Descriptor> connected(const Peer& peer, int type, Clock::time_point deadline) {
  Descriptor fd(::socket(peer.storage.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.is_open()) return from_errno(errno, "a socket for the name server");
  if (::connect(fd.get(), peer.get(), peer.length) == 0) return fd;
  if (errno != EINPROGRESS) return from_errno(errno, "connecting to the name server");
  if (auto ready = wait_for(fd.get(), POLLOUT, deadline); !ready) return ready.error();
  int problem = 0;
  socklen_t length = sizeof problem;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &problem, &length) != 0) problem = errno;
  if (problem != 0) return from_errno(problem, "connecting to the name server");
  return fd;
}

/// The answer over UDP; what comes from elsewhere, or is no answer to this question, is passed over.
Result<std::string> over_udp(const Peer& peer, const std::string& question, Clock::time_point deadline) {
  auto fd = connected(peer, SOCK_DGRAM, deadline);
  if (!fd) return fd.error();
  std::string buffer(most_bytes, '\0');
  for (Clock::time_point again = Clock::now();;) {
    if (Clock::now() >= again) {
      again = Clock::now() + patience;
      if (::send(fd->get(), question.data(), question.size(), MSG_NOSIGNAL) < 0)
        return from_errno(errno, "asking the name server");
    }
    const auto ready = wait_for(fd->get(), POLLIN, std::min(again, deadline));
    if (!ready && Clock::now() >= deadline) return ready.error();
    if (!ready) continue;
    const ssize_t got = ::recv(fd->get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got < 0) return from_errno(errno, "asking the name server");
    const std::string_view message = std::string_view(buffer).substr(0, static_cast<std::size_t>(got));
    if (answers_question(message, question)) return std::string(message);
  }
}

Status send_all(int fd, std::string_view bytes, Clock::time_point deadline) {
  while (!bytes.empty()) {
    if (auto ready = wait_for(fd, POLLOUT, deadline); !ready) return ready;
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (sent < 0) return from_errno(errno, "asking the name server over TCP");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return base::Done{};
}

Result<std::string> receive(int fd, std::size_t count, Clock::time_point deadline) {
  std::string out(count, '\0');
  for (std::size_t have = 0; have < count;) {
    if (auto ready = wait_for(fd, POLLIN, deadline); !ready) return ready.error();
    const ssize_t got = ::recv(fd, out.data() + have, count - have, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got < 0) return from_errno(errno, "asking the name server over TCP");
    if (got == 0) return Error{Errc::unavailable, "the name server closed the connection in the middle", {}};
    have += static_cast<std::size_t>(got);
  }
  return out;
}

/// Over TCP every message has its length before it (RFC 1035 section 4.2.2).
Result<std::string> over_tcp(const Peer& peer, const std::string& question, Clock::time_point deadline) {
  auto fd = connected(peer, SOCK_STREAM, deadline);
  if (!fd) return fd.error();
  const std::string length{static_cast<char>(question.size() >> 8U),
                           static_cast<char>(question.size() & 0xFFU)};
  if (auto sent = send_all(fd->get(), length + question, deadline); !sent) return sent.error();
  const auto prefix = receive(fd->get(), 2, deadline);
  if (!prefix) return prefix.error();
  const auto high = static_cast<unsigned char>((*prefix)[0]);
  const auto low = static_cast<unsigned char>((*prefix)[1]);
  auto message = receive(fd->get(), (static_cast<std::size_t>(high) << 8U) | low, deadline);
  if (message && !answers_question(*message, question))
    return Error{Errc::parse, "the name server answered another question", {}};
  return message;
}

ServerAnswer silence(const Error& error) {
  ServerAnswer answer;
  answer.text = error.text;
  return answer;
}

}  // namespace

ServerAnswer tlsa_at(const net::Address& server, std::uint16_t server_port, std::string_view owner,
                     Clock::time_point deadline) {
  std::uint16_t id = 0;
  if (::getrandom(&id, sizeof id, 0) != static_cast<ssize_t>(sizeof id))
    return silence(from_errno(errno, "random bytes"));
  const auto question = tlsa_question(owner, id);
  if (!question) return silence(question.error());
  const Peer peer = peer_of(server, server_port);
  auto message = over_udp(peer, *question, deadline);
  if (message && is_cut(*message)) message = over_tcp(peer, *question, deadline);
  return message ? read_tlsa_answer(*message, owner) : silence(message.error());
}

}  // namespace tlsward::dns
