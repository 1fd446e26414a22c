#include "smtp/connection.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "net/address.h"

namespace tlsward::smtp {
namespace {

struct EasyDeleter {
  void operator()(CURL* easy) const { ::curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

/// Kept for the life of the process: libcurl's own clean-up is not for a program with other threads.
bool curl_is_ready() {
  static std::once_flag once;
  static CURLcode ready = CURLE_FAILED_INIT;
  std::call_once(once, [] { ready = ::curl_global_init(CURL_GLOBAL_ALL); });
  return ready == CURLE_OK;
}

bool is_host_name(std::string_view host) {
  const auto is_fine = [](char c) {
    const char small = base::lower(c);
    return base::is_digit(c) || (small >= 'a' && small <= 'z') || c == '.' || c == '-' || c == '_';
  };
  return !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), is_fine);
}

/// The URL that makes libcurl connect and nothing more; no scheme of its that speaks first is wanted.
std::optional<std::string> url_of(const std::string& host, std::uint16_t port) {
  const auto address = net::Address::parse(host);
  if (!address && !is_host_name(host)) return std::nullopt;
  std::string spelled = address ? net::to_string(*address) : host;
  if (address && address->family == net::Family::v6) spelled = "[" + spelled + "]";
  return fmt::format("http://{}:{}/", spelled, port);
}

void set_up(CURL* easy, const std::string& url, std::chrono::milliseconds left) {
  ::curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  ::curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
  ::curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
  ::curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(easy, CURLOPT_PROXY, "");
  // Without it a name server that does not answer holds the clean-up beyond every deadline.
  ::curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  ::curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  ::curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(left.count()));
}

/// A timeout before any address is known was the name server's.
Step step_of(CURL* easy) {
  double looked_up = 0;
  ::curl_easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME, &looked_up);
  return looked_up > 0 ? Step::connect : Step::resolve;
}

Connection::Attempt why_not(CURL* easy, CURLcode code, std::string_view host) {
  long system_error = 0;
  ::curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
  const std::string said = std::generic_category().message(static_cast<int>(system_error));
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {
          nullptr, Step::resolve, {Verdict::dns_failed, fmt::format("no address was found for {}", host)}};
    case CURLE_OPERATION_TIMEDOUT:
      return {nullptr, step_of(easy), {Verdict::timeout, "no connection was made in time"}};
    case CURLE_COULDNT_CONNECT: break;
    default:
      return {nullptr,
              Step::connect,
              {Verdict::local_error, fmt::format("cannot connect: {}", ::curl_easy_strerror(code))}};
  }
  switch (system_error) {
    case ECONNREFUSED:
    case ECONNRESET: return {nullptr, Step::connect, {Verdict::refused, "cannot connect: " + said}};
    case ETIMEDOUT: return {nullptr, Step::connect, {Verdict::timeout, "cannot connect: " + said}};
    case EMFILE:
    case ENFILE: return {nullptr, Step::connect, {Verdict::local_error, "cannot make a socket: " + said}};
    default: return {nullptr, Step::connect, {Verdict::unreachable, "cannot connect: " + said}};
  }
}

Failure from_socket(int err) {
  const bool is_gone = err == ECONNRESET || err == EPIPE;
  return {is_gone ? Verdict::closed : Verdict::local_error,
          is_gone ? "the server cut the connection"
                  : "the connection failed: " + std::generic_category().message(err)};
}

}  // namespace

struct Connection::Handle {
  Easy easy;
  int socket = -1;
  std::string address;
};

Connection::Connection(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Connection::~Connection() = default;

Connection::Attempt Connection::open(const std::string& host, std::uint16_t port, Deadline deadline) {
  const auto failed = [](Step step, Verdict verdict, std::string text) {
    return Attempt{nullptr, step, Failure{verdict, std::move(text)}};
  };
  const auto url = url_of(host, port);
  if (!url) {
    return failed(Step::resolve, Verdict::dns_failed,
                  fmt::format("\"{}\" is neither an address nor a host name", base::printable(host)));
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  if (left.count() <= 0) return failed(Step::resolve, Verdict::timeout, "no connection was made in time");
  auto handle = std::make_unique<Handle>();
  if (curl_is_ready()) handle->easy.reset(::curl_easy_init());
  CURL* const easy = handle->easy.get();
  if (easy == nullptr) return failed(Step::resolve, Verdict::local_error, "libcurl does not start");
  set_up(easy, *url, left);
  const CURLcode code = ::curl_easy_perform(easy);
  if (code != CURLE_OK) return why_not(easy, code, host);
  curl_socket_t socket = CURL_SOCKET_BAD;
  const char* address = nullptr;
  ::curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket);
  ::curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
  if (socket == CURL_SOCKET_BAD)
    return failed(Step::connect, Verdict::closed, "the server cut the connection");
  handle->socket = socket;
  handle->address = address == nullptr ? "" : address;
  return Attempt{std::unique_ptr<Connection>(new Connection(std::move(handle))), Step::connect, {}};
}

int Connection::descriptor() const {
  return handle_->socket;
}

const std::string& Connection::address() const {
  return handle_->address;
}

bool Connection::has_unread() const {
  char octet = 0;
  return ::recv(handle_->socket, &octet, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

std::optional<Failure> Connection::receive(std::string_view& octets, Deadline deadline) {
  for (;;) {
    if (auto failure = wait_for(handle_->socket, false, deadline)) return failure;
    const ssize_t n = ::recv(handle_->socket, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (n > 0) {
      octets = std::string_view(buffer_.data(), static_cast<std::size_t>(n));
      return std::nullopt;
    }
    if (n == 0) return Failure{Verdict::closed, "the server closed the connection"};
    if (errno != EAGAIN && errno != EINTR) return from_socket(errno);
  }
}

std::optional<Failure> Connection::send(std::string_view octets, Deadline deadline) {
  while (!octets.empty()) {
    if (auto failure = wait_for(handle_->socket, true, deadline)) return failure;
    const ssize_t n = ::send(handle_->socket, octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno != EAGAIN && errno != EINTR) return from_socket(errno);
    if (n > 0) octets.remove_prefix(static_cast<std::size_t>(n));
  }
  return std::nullopt;
}

}  // namespace tlsward::smtp
