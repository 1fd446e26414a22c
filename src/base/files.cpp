#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

namespace tlsward::base {
namespace {

Status write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return from_errno(errno, "cannot write", path);
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return Done{};
}

Status sync_folder(const std::string& folder) {
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open()) return from_errno(errno, "cannot open the folder", folder);
  // A file system that cannot sync a folder says EINVAL; there is nothing more to do there.
  if (::fsync(fd.get()) != 0 && errno != EINVAL) return from_errno(errno, "cannot sync the folder", folder);
  return Done{};
}

}  // namespace

void Descriptor::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

Result<std::string> read_file(const std::string& path, std::uint64_t max_bytes) {
  // O_NONBLOCK: a FIFO put in the file's place must not hang us; it is refused below.
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd.is_open()) return from_errno(errno, "cannot open", path);
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0) return from_errno(errno, "cannot look at", path);
  if (S_ISDIR(st.st_mode)) return Error{Errc::range, "is a directory, a file is needed", path};
  if (!S_ISREG(st.st_mode)) return Error{Errc::range, "is not a regular file", path};
  std::string content;
  content.resize(std::min<std::uint64_t>(static_cast<std::uint64_t>(st.st_size), max_bytes) + 1);
  std::size_t used = 0;
  for (;;) {
    if (used == content.size()) content.resize(std::min<std::uint64_t>(content.size() * 2, max_bytes + 1));
    const ssize_t n = ::read(fd.get(), content.data() + used, content.size() - used);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return from_errno(errno, "cannot read", path);
    if (n == 0) break;
    used += static_cast<std::size_t>(n);
    if (used > max_bytes)
      return Error{Errc::range, fmt::format("is larger than {} MiB", max_bytes >> 20U), path};
  }
  content.resize(used);
  return content;
}

Status write_file_atomically(const std::string& path, std::string_view content, mode_t mode) {
  const std::string temporary = fmt::format("{}.new.{}", path, ::getpid());
  ::unlink(
      temporary
          .c_str());  // one of a killed run with our process number; O_EXCL below still guards against a link
  Descriptor fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!fd.is_open()) return from_errno(errno, "cannot create", temporary);
  const auto give_up = [&](Error error) -> Status {
    ::unlink(temporary.c_str());
    return error;
  };
  if (const Status written = write_all(fd.get(), content, temporary); !written)
    return give_up(written.error());
  if (::fsync(fd.get()) != 0) return give_up(from_errno(errno, "cannot sync", temporary));
  if (::close(fd.release()) != 0) return give_up(from_errno(errno, "cannot close", temporary));
  if (::rename(temporary.c_str(), path.c_str()) != 0)
    return give_up(from_errno(errno, "cannot rename into place", path));
  return sync_folder(folder_of(path));
}

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  if (slash == 0) return "/";
  return std::string(path.substr(0, slash));
}

std::string join_path(std::string_view folder, std::string_view path) {
  if (path.starts_with('/') || folder == ".") return std::string(path);
  return fmt::format("{}{}{}", folder, folder.ends_with('/') ? "" : "/", path);
}

Result<std::vector<std::string>> files_matching(const std::string& pattern) {
  struct Globbed : glob_t {
    Globbed() : glob_t{} {}
    Globbed(const Globbed&) = delete;
    Globbed& operator=(const Globbed&) = delete;
    ~Globbed() { ::globfree(this); }
  } found;
  // A folder that is not there has no files in it; one that may not be read could have.
  const auto stop_unless_missing = [](const char* /*path*/, int err) {
    return err == ENOENT || err == ENOTDIR ? 0 : 1;
  };
  const int rc = ::glob(pattern.c_str(), 0, stop_unless_missing, &found);
  std::vector<std::string> out;
  if (rc == GLOB_NOMATCH) return out;
  if (rc == GLOB_ABORTED)
    return from_errno(errno == 0 ? EACCES : errno, "cannot read the folder of", pattern);
  if (rc != 0) return Error{Errc::io, "no memory to list", pattern};
  out.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  return out;
}

}  // namespace tlsward::base
