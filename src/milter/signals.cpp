#include "milter/signals.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>

namespace tlsward::milter {
namespace {

// Handlers have no other way to their data than the process's own.
std::atomic<unsigned> stops{0};
std::atomic<unsigned> reloads{0};
std::atomic<unsigned> hangups{0};
std::atomic<int> event_fd{-1};

static_assert(std::atomic<unsigned>::is_always_lock_free && std::atomic<int>::is_always_lock_free, "a handler must not wait for a lock");

constexpr std::array handled{SIGTERM, SIGINT, SIGHUP, SIGUSR1};

void on_signal(int number) {
  const int saved = errno;
  switch (number) {
    case SIGTERM:
    case SIGINT: ++stops; break;
    case SIGUSR1: ++reloads; break;
    case SIGHUP: ++hangups; break;
    default: break;
  }
  Signals::poke();
  errno = saved;
}

void on_wake(int /*number*/) {}

sigset_t set_of_all() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : handled) ::sigaddset(&set, number);
  return set;
}

bool handle(int number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;  // NOLINT(cppcoreguidelines-pro-type-union-access)
  action.sa_mask = set_of_all();
  return ::sigaction(number, &action, nullptr) == 0;
}

}  // namespace

void Signals::block() {
  sigset_t set = set_of_all();
  ::sigaddset(&set, wake_signal);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

base::Status Signals::install() {
  if (event_fd < 0) event_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (event_fd < 0) return base::from_errno(errno, "cannot make an eventfd");
  bool ok = handle(wake_signal, on_wake) && handle(SIGPIPE, SIG_IGN);
  for (const int number : handled) ok = ok && handle(number, on_signal);
  if (!ok) return base::from_errno(errno, "cannot install a signal handler");
  const sigset_t set = set_of_all();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  return base::Done{};
}

void Signals::allow_wake() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, wake_signal);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

int Signals::event() { return event_fd; }

void Signals::poke() noexcept {
  const std::uint64_t one = 1;
  const auto written = ::write(event_fd, &one, sizeof one);
  static_cast<void>(written);  // full only when it is readable already
}

SignalsSeen Signals::take() {
  std::uint64_t count = 0;
  const auto got = ::read(event_fd, &count, sizeof count);
  static_cast<void>(got);
  return {stops.exchange(0), reloads.exchange(0), hangups.exchange(0)};
}

}  // namespace tlsward::milter
