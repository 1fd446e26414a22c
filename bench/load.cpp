#include "load.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace tlsward::bench {
namespace {

using std::chrono::duration;
using std::chrono::steady_clock;

// What Postfix 3.7 offers, and the steps whose reply a filter may leave out.
constexpr std::uint32_t version = 6;
constexpr std::uint32_t actions = 0x1FF;
constexpr std::uint32_t all_steps = 0x1FFFFF;
constexpr std::uint32_t no_reply_connect = 0x1000;
constexpr std::uint32_t no_reply_helo = 0x2000;

std::string number(std::uint32_t value) {
  return {static_cast<char>(value >> 24U), static_cast<char>(value >> 16U), static_cast<char>(value >> 8U),
          static_cast<char>(value)};
}

std::uint32_t number_at(const char* bytes) {
  std::uint32_t out = 0;
  for (int i = 0; i < 4; ++i) out = out << 8U | static_cast<unsigned char>(bytes[i]);
  return out;
}

std::string packet(char command, const std::string& data) {
  return number(static_cast<std::uint32_t>(data.size() + 1)) + command + data;
}

/// Each word with a zero behind it.
std::string words(std::initializer_list<std::string_view> all) {
  std::string out;
  for (const std::string_view word : all) out.append(word) += '\0';
  return out;
}

const std::string& hello_text() {
  static const std::string text = packet('O', number(version) + number(actions) + number(all_steps));
  return text;
}

/// What a session sends at CONNECT, HELO and MAIL, macros before each as a mail server has them.
std::array<std::string, 3> session_text(const net::Address& client) {
  const std::string address = net::to_string(client);
  const bool v4 = client.family == net::Family::v4;
  return {packet('D', "C" + words({"v", "Postfix 3.7.11", "{daemon_name}", "mx.example"})) +
              packet('C', words({"client.example"}) + (v4 ? "4" : "6") + std::string("\x30\x39", 2) +
                              words({address})),
          packet('D', "H") + packet('H', words({"client.example"})),
          packet('D', "M" + words({"{tls_version}", "TLSv1.3", "{cipher}", "TLS_AES_256_GCM_SHA384",
                                   "{cipher_bits}", "256", "{client_addr}", address, "{daemon_name}",
                                   "mx.example"})) +
              packet('M', words({"<sender@client.example>", "SIZE=1024"}))};
}

int connect_to(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  // Waits where the filter's queue of callers is full.
  if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error(fmt::format("cannot connect to {}: errno {}", path, errno));
  return fd;
}

/// One connection, from the negotiation to QUIT. Sends what can be sent without waiting as a mail server
/// does: event by event.
class Session {
 public:
  Session(const std::string& socket, const std::array<std::string, 3>& texts)
      : texts_(&texts), begin_(steady_clock::now()), fd_(connect_to(socket)) {
    send(hello_text());
  }

  [[nodiscard]] int descriptor() const { return fd_; }
  [[nodiscard]] std::size_t replies() const { return replies_; }

  /// Takes what has come; true once the verdict on MAIL is there.
  bool take() {
    std::array<char, 1024> bytes{};
    const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (got <= 0) throw std::runtime_error("the filter has hung up in the middle of a session");
    in_.append(bytes.data(), static_cast<std::size_t>(got));
    while (in_.size() >= 4 && in_.size() >= 4 + std::size_t{number_at(in_.data())}) {
      if (!is_negotiated_) {
        steps_ = number_at(in_.data() + 13);
        is_negotiated_ = true;
      } else {
        ++replies_;
        if (next_ == texts_->size()) return true;
      }
      in_.erase(0, 4 + std::size_t{number_at(in_.data())});
      go_on();
    }
    return false;
  }

  [[nodiscard]] double seconds() const { return duration<double>(steady_clock::now() - begin_).count(); }

  void send(const std::string& text) const {
    // A session's few hundred bytes always fit into the socket.
    if (::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
      throw std::runtime_error("the filter takes no more");
  }

 private:
  /// Sends events up to one whose reply is due.
  void go_on() {
    constexpr std::array<std::uint32_t, 3> silent{no_reply_connect, no_reply_helo, 0};
    for (bool waits = false; !waits && next_ < texts_->size(); ++next_) {
      send((*texts_)[next_]);
      waits = (steps_ & silent[next_]) == 0;
    }
  }

  const std::array<std::string, 3>* texts_;
  steady_clock::time_point begin_;
  int fd_;
  std::uint32_t steps_ = 0;
  bool is_negotiated_ = false;
  std::size_t next_ = 0;
  std::size_t replies_ = 0;
  std::string in_;
};

std::vector<std::array<std::string, 3>> texts_of(const Clients& clients) {
  std::vector<std::array<std::string, 3>> out;
  out.reserve(clients.size());
  for (const net::Address& client : clients) out.push_back(session_text(client));
  return out;
}

const std::string quit = packet('Q', "");
const std::string abort_message = packet('A', "");

}  // namespace

double Seen::latency(double share) const {
  return latencies.at(static_cast<std::size_t>(share * static_cast<double>(latencies.size() - 1)));
}

Seen play_sessions(const std::string& socket, const Clients& clients, std::size_t connections,
                   std::chrono::milliseconds time) {
  const auto texts = texts_of(clients);
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::unique_ptr<Session>> open(connections);
  std::size_t started = 0;
  const auto start = [&](std::size_t place) {
    open[place] = std::make_unique<Session>(socket, texts[started++ % texts.size()]);
    epoll_event event{EPOLLIN, {}};
    event.data.u64 = place;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, open[place]->descriptor(), &event);
  };
  Seen seen;
  const auto begin = steady_clock::now();
  const auto end = begin + time;
  for (std::size_t i = 0; i < connections; ++i) start(i);
  std::size_t running = connections;
  std::array<epoll_event, 64> events{};
  while (running != 0) {
    const int ready = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 10000);
    if (ready == 0) throw std::runtime_error("the filter does not answer for ten seconds");
    for (int i = 0; i < ready; ++i) {
      const std::size_t place = events.at(static_cast<std::size_t>(i)).data.u64;
      Session& session = *open[place];
      if (!session.take()) continue;
      seen.latencies.push_back(session.seconds());
      seen.replies = static_cast<double>(session.replies());
      session.send(quit);
      ::close(session.descriptor());
      if (steady_clock::now() < end) {
        start(place);
      } else {
        --running;
      }
    }
  }
  seen.seconds = duration<double>(steady_clock::now() - begin).count();
  seen.sessions = seen.latencies.size();
  ::close(poll);
  std::sort(seen.latencies.begin(), seen.latencies.end());
  return seen;
}

IdleConnections::IdleConnections(const std::string& socket, const Clients& clients, std::size_t count) {
  const auto texts = texts_of(clients);
  descriptors_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Session session(socket, texts[i % texts.size()]);
    descriptors_.push_back(session.descriptor());
    while (!session.take()) {
    }
    session.send(abort_message);
  }
}

IdleConnections::~IdleConnections() {
  for (const int fd : descriptors_) ::close(fd);
}

}  // namespace tlsward::bench
