#include "cert/store_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>

#include "base/text.h"
#include "cert/store_layout.h"

namespace tlsward::cert {
namespace {

using base::Descriptor;
using base::Errc;
using base::Error;
using base::from_errno;
using base::Result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kBetweenTries{50};

Error held_by_another(int file, const std::string& path) {
  std::array<char, 256> text{};
  const ssize_t n = ::pread(file, text.data(), text.size(), 0);
  const auto holder = parse_lock_holder({text.data(), n > 0 ? static_cast<std::size_t>(n) : 0});
  if (!holder)
    return Error{Errc::conflict, "another run of tlsward works on the store: try again when it is done",
                 path};
  return Error{Errc::conflict,
               fmt::format("`tlsward cert {}` (process {}) works on the store since {}: try again when it is "
                           "done",
                           base::printable(holder->verb), holder->pid, base::render_time(holder->since)),
               path};
}

// Only a person reads it, and only while it is locked: it is not synced, and that it fails is no reason to
// stop.
void tell_holder(int file, const LockHolder& holder) {
  const std::string text = render_lock_holder(holder);
  if (::pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size())) {
    const int rc = ::ftruncate(file, static_cast<off_t>(text.size()));
    static_cast<void>(rc);  // what would stay behind the line is not read
  }
}

}  // namespace

std::string render_lock_holder(const LockHolder& holder) {
  return fmt::format("{} {} {}\n", holder.pid, holder.verb, base::render_time(holder.since));
}

std::optional<LockHolder> parse_lock_holder(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  const std::size_t first = text.find(' ');
  const std::size_t last = text.rfind(' ');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  const auto pid = base::parse_decimal(text.substr(0, first), 0x7FFFFFFF);
  const auto since = base::parse_date(text.substr(last + 1));
  if (!pid || !since) return std::nullopt;
  return LockHolder{static_cast<pid_t>(*pid), std::string(text.substr(first + 1, last - first - 1)), *since};
}

Result<StoreLock> StoreLock::take(const Folder& folder, const LockHolder& holder, milliseconds patience) {
  const std::string path = folder.path_of(kLock);
  Descriptor file(
      ::openat(folder.fd(), kLock, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600));
  if (!file.is_open()) {
    if (errno == ELOOP) return Error{Errc::config, "is a symbolic link: remove it", path};
    return from_errno(errno, "cannot open the lock", path);
  }
  struct stat st {};
  if (::fstat(file.get(), &st) != 0) return from_errno(errno, "cannot look at the lock", path);
  if (!S_ISREG(st.st_mode)) return Error{Errc::config, "is no regular file: move it away", path};
  const auto deadline = steady_clock::now() + patience;
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    const int failed = errno;
    if (failed == EINTR) continue;
    if (failed != EWOULDBLOCK) return from_errno(failed, "cannot lock", path);
    const auto now = steady_clock::now();
    if (now >= deadline) return held_by_another(file.get(), path);
    std::this_thread::sleep_for(std::min<steady_clock::duration>(kBetweenTries, deadline - now));
  }
  tell_holder(file.get(), holder);
  return StoreLock(std::move(file));
}

}  // namespace tlsward::cert
