#include "milter/pid_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace tlsward::milter {
namespace {

using base::Errc;
using base::Error;

struct flock whole_file_write_lock() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

Error held_by_another(int file, const std::string& path) {
  struct flock lock = whole_file_write_lock();
  const bool known = ::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  return Error{Errc::conflict,
               fmt::format("another tlswardd ({}) has this pid file: stop it first, or set another pid-file= "
                           "and socket= for this one",
                           known ? fmt::format("process {}", lock.l_pid) : "its process is unknown"),
               path};
}

}  // namespace

void PidFile::release() noexcept {
  if (!file_.is_open()) return;
  const int rc = ::ftruncate(file_.get(), 0);
  static_cast<void>(rc);  // the lock says it, the text is for people
  file_.reset();
}

base::Result<PidFile> PidFile::hold(const std::string& path) {
  PidFile out;
  if (path.empty()) return out;
  out.file_ = base::Descriptor(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0644));
  if (!out.file_.is_open()) {
    if (errno == ENOENT)
      return Error{
          Errc::missing,
          fmt::format("there is no folder {}: make it, or set another pid-file=", base::folder_of(path)),
          path};
    if (errno == ELOOP)
      return Error{Errc::conflict, "is a symbolic link: remove it, or set another pid-file=", path};
    return base::from_errno(errno, "cannot open the pid file", path);
  }
  const int file = out.file_.get();
  struct stat found {};
  if (::fstat(file, &found) != 0 || !S_ISREG(found.st_mode)) {
    out.file_.reset();
    return Error{Errc::conflict, "is no regular file: move it away, or set another pid-file=", path};
  }
  struct flock lock = whole_file_write_lock();
  if (::fcntl(file, F_SETLK, &lock) != 0) {
    const int failed = errno;
    const Error error = failed == EACCES || failed == EAGAIN
                            ? held_by_another(file, path)
                            : base::from_errno(failed, "cannot lock the pid file", path);
    out.file_.reset();  // not by the destructor, which would empty the other daemon's file
    return error;
  }
  const std::string text = fmt::format("{}\n", ::getpid());
  if (::ftruncate(file, 0) != 0 ||
      ::pwrite(file, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return base::from_errno(errno, "cannot write the pid file", path);
  }
  return out;
}

}  // namespace tlsward::milter
