#include "cert/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "base/digest.h"

namespace tlsward::cert {
namespace {

using base::Descriptor;
using base::Done;
using base::Errc;
using base::Error;
using base::from_errno;
using base::Result;
using base::Status;

constexpr int kDeepest = 3;

Status write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return from_errno(errno, "cannot write", path);
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return Done{};
}

Status sync_fd(int fd, std::string_view doing, const std::string& path) {
  while (::fsync(fd) != 0) {
    // A file system that cannot sync this says EINVAL; there is nothing more to do there.
    if (errno == EINVAL) break;
    if (errno != EINTR) return from_errno(errno, doing, path);
  }
  return Done{};
}

Error not_a(std::string_view what, std::string path) {
  return Error{Errc::config, fmt::format("is no {}: move it away, it does not belong to the store", what),
               std::move(path)};
}

Error opening_folder_failed(int err, const std::string& path) {
  // O_DIRECTORY says ENOTDIR of a link too. It must not pass for a folder that is missing.
  if (err == ENOTDIR || err == ELOOP) return not_a("folder", path);
  return from_errno(err, "cannot open the folder", path);
}

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

}  // namespace

Result<Folder> Folder::open(const std::string& path) {
  Descriptor fd(::open(path.c_str(), kFolderFlags));
  if (!fd.is_open()) return opening_folder_failed(errno, path);
  return Folder(std::move(fd), path);
}

Result<Folder> Folder::open_folder(const std::string& name) const {
  Descriptor fd(::openat(fd_.get(), name.c_str(), kFolderFlags | O_NOFOLLOW));
  if (!fd.is_open()) return opening_folder_failed(errno, path_of(name));
  return Folder(std::move(fd), path_of(name));
}

Result<Folder> Folder::open_or_make_folder(const std::string& name) const {
  Result<Folder> there = open_folder(name);
  if (there || there.error().code != Errc::missing) return there;
  Result<Folder> made = make_folder(name);
  if (!made) return made;
  if (const Status synced = sync(); !synced) return synced.error();
  return made;
}

Result<Folder> Folder::make_folder(const std::string& name) const {
  if (::mkdirat(fd_.get(), name.c_str(), 0700) != 0)
    return from_errno(errno, "cannot make the folder", path_of(name));
  Result<Folder> made = open_folder(name);
  if (!made) return made;
  const Result<struct stat> st = made->look();
  if (!st) return st.error();
  // Only where the umask took rights from the owner; 0700 is the most that it can have been.
  if ((st->st_mode & 07777U) != 0700U && ::fchmod(made->fd(), 0700) != 0)
    return from_errno(errno, "cannot set the mode of the folder", path_of(name));
  return made;
}

Result<FileDigest> Folder::write_file(const std::string& name, const std::vector<std::string_view>& parts,
                                      mode_t mode) const {
  const std::string path = path_of(name);
  Descriptor fd(
      ::openat(fd_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!fd.is_open()) return from_errno(errno, "cannot create", path);
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0) return from_errno(errno, "cannot look at", path);
  // The umask can only have taken rights away: this gives back what was asked for and never more.
  if ((st.st_mode & 07777U) != mode && ::fchmod(fd.get(), mode) != 0)
    return from_errno(errno, "cannot set the mode", path);
  base::Sha256 hash;
  FileDigest digest;
  for (const std::string_view part : parts) {
    if (const Status written = write_all(fd.get(), part, path); !written) return written.error();
    hash.add(part);
    digest.bytes += part.size();
  }
  if (const Status synced = sync_fd(fd.get(), "cannot sync", path); !synced) return synced.error();
  if (::close(fd.release()) != 0) return from_errno(errno, "cannot close", path);
  digest.sha256 = hash.finish();
  return digest;
}

Result<Descriptor> Folder::open_file(const std::string& name, std::uint64_t max_bytes) const {
  const std::string path = path_of(name);
  // O_NONBLOCK: a FIFO put in the file's place must not hang us.
  Descriptor fd(::openat(fd_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd.is_open())
    return errno == ELOOP ? not_a("regular file", path) : from_errno(errno, "cannot open", path);
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0) return from_errno(errno, "cannot look at", path);
  if (!S_ISREG(st.st_mode)) return not_a("regular file", path);
  if (static_cast<std::uint64_t>(st.st_size) > max_bytes)
    return Error{Errc::range, fmt::format("is larger than {} KiB", max_bytes >> 10U), path};
  return fd;
}

namespace {

// Hands the file on in pieces; `take` may stop it by an error. The buffer is wiped, since it may have held a
// key.
template <class Take>
Status read_in_pieces(int fd, const std::string& path, std::uint64_t max_bytes, Take&& take) {
  std::array<char, 16384> buffer{};
  std::uint64_t total = 0;
  Status outcome = Done{};
  for (;;) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) outcome = from_errno(errno, "cannot read", path);
    if (n <= 0) break;
    total += static_cast<std::uint64_t>(n);
    if (total > max_bytes) {
      outcome = Error{Errc::range, "grew while it was read", path};
      break;
    }
    take(std::string_view(buffer.data(), static_cast<std::size_t>(n)));
  }
  ::explicit_bzero(buffer.data(), buffer.size());
  return outcome;
}

}  // namespace

Result<std::string> Folder::read_file(const std::string& name, std::uint64_t max_bytes) const {
  const Result<Descriptor> fd = open_file(name, max_bytes);
  if (!fd) return fd.error();
  std::string content;
  const Status read =
      read_in_pieces(fd->get(), path_of(name), max_bytes, [&](std::string_view piece) { content += piece; });
  if (!read) return read.error();
  return content;
}

Result<base::Secret> Folder::read_secret(const std::string& name, std::uint64_t max_bytes) const {
  const Result<Descriptor> fd = open_file(name, max_bytes);
  if (!fd) return fd.error();
  return base::read_secret(fd->get(), path_of(name), max_bytes);
}

Result<FileDigest> Folder::digest_file(const std::string& name, std::uint64_t max_bytes) const {
  const Result<Descriptor> fd = open_file(name, max_bytes);
  if (!fd) return fd.error();
  base::Sha256 hash;
  FileDigest digest;
  const Status read = read_in_pieces(fd->get(), path_of(name), max_bytes, [&](std::string_view piece) {
    hash.add(piece);
    digest.bytes += piece.size();
  });
  if (!read) return read.error();
  digest.sha256 = hash.finish();
  return digest;
}

Result<struct stat> Folder::look(const std::string& name) const {
  // O_PATH: to be looked at, a file need not be readable.
  const Descriptor fd(::openat(fd_.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat st {};
  if (!fd.is_open() || ::fstat(fd.get(), &st) != 0) return from_errno(errno, "cannot look at", path_of(name));
  return st;
}

Result<struct stat> Folder::look() const {
  struct stat st {};
  if (::fstat(fd_.get(), &st) != 0) return from_errno(errno, "cannot look at", path_);
  return st;
}

Result<std::string> Folder::read_link(const std::string& name) const {
  std::array<char, 256> target{};
  const ssize_t n = ::readlinkat(fd_.get(), name.c_str(), target.data(), target.size());
  if (n < 0)
    return errno == EINVAL ? not_a("symbolic link", path_of(name))
                           : from_errno(errno, "cannot read the link", path_of(name));
  // Cut or not: a target this long is none of ours.
  return std::string(target.data(), static_cast<std::size_t>(n));
}

Status Folder::make_link(const std::string& name, const std::string& target) const {
  if (::symlinkat(target.c_str(), fd_.get(), name.c_str()) != 0)
    return from_errno(errno, "cannot make the link", path_of(name));
  return Done{};
}

Status Folder::rename(const std::string& from, const std::string& to) const {
  if (::renameat(fd_.get(), from.c_str(), fd_.get(), to.c_str()) != 0)
    return from_errno(errno, fmt::format("cannot rename {} into place", from), path_of(to));
  return Done{};
}

Status Folder::sync() const {
  return sync_fd(fd_.get(), "cannot sync the folder", path_);
}

Status Folder::remove_file(const std::string& name) const {
  if (::unlinkat(fd_.get(), name.c_str(), 0) != 0 && errno != ENOENT)
    return from_errno(errno, "cannot remove", path_of(name));
  return Done{};
}

Status Folder::remove_tree(const std::string& name) const {
  return remove_tree_within(name, kDeepest);
}

Status Folder::remove_tree_within(const std::string& name, int depth) const {
  const Result<struct stat> st = look(name);
  if (!st) return st.error().code == Errc::missing ? Status(Done{}) : Status(st.error());
  if (!S_ISDIR(st->st_mode)) return remove_file(name);
  if (depth == 0)
    return Error{Errc::config, "lies deeper than anything of the store: remove it by hand", path_of(name)};
  const Result<Folder> inner = open_folder(name);
  if (!inner) return inner.error();
  const Result<std::vector<std::string>> inside = inner->names();
  if (!inside) return inside.error();
  for (const std::string& each : *inside) {
    if (Status removed = inner->remove_tree_within(each, depth - 1); !removed) return removed;
  }
  if (::unlinkat(fd_.get(), name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT)
    return from_errno(errno, "cannot remove the folder", path_of(name));
  return Done{};
}

Result<std::vector<std::string>> Folder::names(std::size_t max_names) const {
  struct CloseDir {
    void operator()(DIR* dir) const { ::closedir(dir); }
  };
  // A description of its own: reading moves its offset, and fd_ may be read again.
  Descriptor own(::openat(fd_.get(), ".", kFolderFlags));
  if (!own.is_open()) return from_errno(errno, "cannot read the folder", path_);
  const std::unique_ptr<DIR, CloseDir> dir(::fdopendir(own.get()));
  if (dir == nullptr) return from_errno(errno, "cannot read the folder", path_);
  static_cast<void>(own.release());  // the stream closes it
  std::vector<std::string> found;
  for (;;) {
    errno = 0;
    // A stream of our own is read by this thread alone.
    const dirent* const entry = ::readdir(dir.get());  // NOLINT(concurrency-mt-unsafe)
    if (entry == nullptr && errno != 0) return from_errno(errno, "cannot read the folder", path_);
    if (entry == nullptr) break;
    const std::string name = static_cast<const char*>(entry->d_name);
    if (name == "." || name == "..") continue;
    if (found.size() == max_names)
      return Error{Errc::range, fmt::format("has more than {} entries", max_names), path_};
    found.push_back(name);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace tlsward::cert
