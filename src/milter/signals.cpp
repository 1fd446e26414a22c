#include "milter/signals.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "base/files.h"

namespace tlsward::milter {
namespace {

// Handlers have no other way to their data than the process's own.
std::atomic<unsigned> stops{0};
std::atomic<unsigned> reloads{0};
std::atomic<unsigned> hangups{0};
std::atomic<int> event_fd{-1};

static_assert(std::atomic<unsigned>::is_always_lock_free && std::atomic<pid_t>::is_always_lock_free,
              "a handler must not wait for a lock");

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

std::atomic<pid_t> to_park{0};
std::atomic<bool> is_parked{false};

pid_t this_thread() {
  return static_cast<pid_t>(::syscall(SYS_gettid));
}

void on_wake(int /*number*/) {
  if (this_thread() != to_park) return;
  is_parked = true;
  for (;;) ::pause();  // for good; exit(2) does not ask
}

/// Whether a thread of this process is inside of sigwait(3), which is rt_sigtimedwait(2).
bool waits_for_signals(const std::string& thread) {
  const base::Descriptor file(
      ::open(fmt::format("/proc/self/task/{}/syscall", thread).c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 16> text{};
  if (!file.is_open() || ::read(file.get(), text.data(), text.size() - 1) <= 0) return false;
  return std::string_view(text.data()).starts_with(fmt::format("{} ", SYS_rt_sigtimedwait));
}

/// A process that was root may not look into its own /proc: while this lives, it may.
class Inspectable {
 public:
  Inspectable() : before_(::prctl(PR_GET_DUMPABLE)) { ::prctl(PR_SET_DUMPABLE, 1); }
  ~Inspectable() { ::prctl(PR_SET_DUMPABLE, before_ == 1 ? 1 : 0); }  // 2 cannot be set, and 0 is no laxer
  Inspectable(const Inspectable&) = delete;
  Inspectable& operator=(const Inspectable&) = delete;

 private:
  int before_;
};

/// The thread's number, 0 for none.
pid_t find_waiter() {
  const std::unique_ptr<DIR, int (*)(DIR*)> tasks(::opendir("/proc/self/task"), ::closedir);
  if (tasks == nullptr) return 0;
  while (const dirent* const entry =
             ::readdir(tasks.get())) {  // NOLINT(concurrency-mt-unsafe): the stream is ours alone
    const std::string name = &entry->d_name[0];
    if (name.front() != '.' && waits_for_signals(name)) return static_cast<pid_t>(std::stol(name));
  }
  return 0;
}

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

bool Signals::park_waiter() {
  const Inspectable while_looking;
  for (int tries = 0; tries < 200 && !is_parked; ++tries) {
    if (to_park == 0) {
      to_park = find_waiter();
      if (to_park != 0) ::syscall(SYS_tgkill, ::getpid(), to_park.load(), wake_signal);
    }
    // Until it has come into its handler it may still take a signal that is sent now, and nobody would hear
    // of that.
    std::this_thread::sleep_for(std::chrono::milliseconds(to_park == 0 ? 5 : 1));
  }
  return is_parked;
}

int Signals::event() {
  return event_fd;
}

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
