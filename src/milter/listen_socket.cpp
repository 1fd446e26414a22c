#include "milter/listen_socket.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>

#include "base/text.h"
#include "milter/socket_name.h"

namespace tlsward::milter {
namespace {

using base::Descriptor;
using base::Done;
using base::Errc;
using base::Error;
using base::Result;
using base::Status;

/// Holds a folder's flock. POSIX has no "bind over a dead socket", so two starting daemons must not do it at
/// once.
class FolderLock {
 public:
  static Result<FolderLock> take(int folder, const std::string& where) {
    const auto end = std::chrono::steady_clock::now() + folder_lock_wait;
    while (::flock(folder, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK && errno != EINTR)
        return base::from_errno(errno, "cannot lock the folder", where);
      if (std::chrono::steady_clock::now() >= end) {
        return Error{Errc::conflict, "another program holds a lock on this folder: look for it with lsof",
                     where};
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return FolderLock(folder);
  }
  FolderLock(FolderLock&& other) noexcept : folder_(std::exchange(other.folder_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock() {
    if (folder_ >= 0) ::flock(folder_, LOCK_UN);
  }

 private:
  explicit FolderLock(int folder) : folder_(folder) {}
  int folder_;
};

Descriptor new_socket(int family) {
  return Descriptor(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

/// What stands at a path already.
enum class Occupant : std::uint8_t { nobody, dead_socket };

/// Asks the socket at `path` whether somebody listens. A living milter sees one connection come and go.
Result<Occupant> ask_socket(const std::string& path) {
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe.is_open()) return base::from_errno(errno, "cannot make a socket", path);
  const sockaddr_un address = unix_address(path);
  const int failed = ::connect(probe.get(), as_sockaddr(address), sizeof address) == 0 ? 0 : errno;
  switch (failed) {
    case ECONNREFUSED: return Occupant::dead_socket;
    case ENOENT: return Occupant::nobody;
    case 0:
    case EAGAIN:
    case EINPROGRESS:
      return Error{Errc::conflict,
                   "is in use by a living milter: stop that one first, or set another socket= for this one",
                   path};
    case EPROTOTYPE:
      return Error{
          Errc::conflict,
          "is a socket of another kind that we did not make: move it away, or set another socket=", path};
    default: return base::from_errno(failed, "cannot find out whether somebody listens here", path);
  }
}

Result<Occupant> look_at(int folder, const std::string& name, const std::string& path) {
  struct stat found {};
  if (::fstatat(folder, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return Occupant::nobody;
    return base::from_errno(errno, "cannot look at the socket's path", path);
  }
  if (!S_ISSOCK(found.st_mode)) {
    const std::string_view what = S_ISDIR(found.st_mode)   ? "a folder"
                                  : S_ISLNK(found.st_mode) ? "a symbolic link"
                                  : S_ISREG(found.st_mode) ? "a file"
                                                           : "something";
    return Error{Errc::conflict,
                 fmt::format("is {} and not a socket: move it away, or set another socket=", what), path};
  }
  return ask_socket(path);
}

/// Binds and listens under a name of our own, with owner and mode set before anybody can find it.
Status prepare(int socket, int folder, const std::string& temporary, const std::string& folder_path,
               const SocketOwner& owner) {
  const std::string where = base::join_path(folder_path, temporary);
  const auto failed = [&](std::string_view doing) -> Status { return base::from_errno(errno, doing, where); };
  const sockaddr_un address = unix_address(where);
  // The mode of the socket itself is what bind() gives to the file, less the umask: never more than this.
  if (::fchmod(socket, S_IRUSR | S_IWUSR) != 0) return failed("cannot set the mode of the socket");
  if (::bind(socket, as_sockaddr(address), sizeof address) != 0) return failed("cannot make a socket here");
  const uid_t user = owner.user.value_or(static_cast<uid_t>(-1));
  const gid_t group = owner.group.value_or(static_cast<gid_t>(-1));
  if ((owner.user || owner.group) &&
      ::fchownat(folder, temporary.c_str(), user, group, AT_SYMLINK_NOFOLLOW) != 0) {
    return failed(
        "cannot give the socket to its user and group (socket-group wants a group of which this user is a "
        "member)");
  }
  if (::fchmodat(folder, temporary.c_str(), S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP, 0) != 0)
    return failed("cannot set the mode of the socket");
  if (::listen(socket, listen_backlog) != 0) return failed("cannot listen");
  return Done{};
}

Status put_in_place(int folder, const std::string& temporary, const std::string& name, Occupant occupant,
                    const std::string& path) {
  // Nothing there: it must still be nothing. A dead socket: goes by this very rename.
  const unsigned flags = occupant == Occupant::nobody ? RENAME_NOREPLACE : 0U;
  if (::renameat2(folder, temporary.c_str(), folder, name.c_str(), flags) == 0) return Done{};
  if (errno == EINVAL && flags != 0 &&
      ::linkat(folder, temporary.c_str(), folder, name.c_str(), 0) == 0) {  // a file system without the flag
    ::unlinkat(folder, temporary.c_str(), 0);
    return Done{};
  }
  return base::from_errno(errno, "cannot put the socket in its place", path);
}

std::string temporary_name() {
  static unsigned count = 0;
  return fmt::format(".tw{:x}.{:x}", static_cast<unsigned>(::getpid()), count++);
}

struct AddrinfoDeleter {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

Status bind_and_listen(int socket, const addrinfo& at, const std::string& where) {
  const int on = 1;
  if (::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
    return base::from_errno(errno, "cannot set SO_REUSEADDR", where);
  if (at.ai_family == AF_INET6 && ::setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) {
    return base::from_errno(errno, "cannot set IPV6_V6ONLY", where);
  }
  if (::bind(socket, at.ai_addr, at.ai_addrlen) != 0) {
    if (errno == EADDRINUSE)
      return Error{Errc::conflict,
                   "is in use by another program: stop it, or set another port in socket=", where};
    return base::from_errno(errno, "cannot bind to this address", where);
  }
  if (::listen(socket, listen_backlog) != 0) return base::from_errno(errno, "cannot listen", where);
  return Done{};
}

/// The number of descriptors that systemd handed to this very process, if it did (sd_listen_fds(3)).
std::optional<std::uint64_t> handed_over() {
  const char* const pid =
      std::getenv("LISTEN_PID");  // NOLINT(concurrency-mt-unsafe): before the first thread
  const char* const count = std::getenv("LISTEN_FDS");  // NOLINT(concurrency-mt-unsafe)
  if (pid == nullptr || count == nullptr) return std::nullopt;
  if (base::parse_decimal(pid, 0x7FFFFFFF) != static_cast<std::uint64_t>(::getpid())) return std::nullopt;
  return base::parse_decimal(count, 1000);
}

}  // namespace

Result<ListenSocket> ListenSocket::open(const Endpoint& endpoint, const SocketOwner& owner) {
  switch (endpoint.kind) {
    case Endpoint::Kind::unix_path: return open_unix(endpoint, owner);
    case Endpoint::Kind::inet:
    case Endpoint::Kind::inet6: return open_inet(endpoint);
    case Endpoint::Kind::descriptor: return take_over(endpoint);
  }
  return Error{Errc::config, "is no socket", to_string(endpoint)};
}

Result<ListenSocket> ListenSocket::open_unix(const Endpoint& endpoint, const SocketOwner& owner) {
  const std::string& path = endpoint.path;
  const std::string folder_path = base::folder_of(path);
  ListenSocket out;
  out.reached_ = endpoint;
  out.name_ = path.substr(path.rfind('/') + 1);
  out.folder_ = Descriptor(::open(folder_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!out.folder_.is_open()) {
    if (errno == ENOENT)
      return Error{Errc::missing,
                   fmt::format("there is no folder {}: make it, or set another socket=", folder_path), path};
    return base::from_errno(errno, "cannot open the socket's folder", folder_path);
  }
  const int folder = out.folder_.get();
  const std::string temporary = temporary_name();
  if (base::join_path(folder_path, temporary).size() >= sizeof(sockaddr_un::sun_path)) {
    return Error{Errc::range, "is too long for a socket's path: use a shorter folder", path};
  }
  const auto lock = FolderLock::take(folder, folder_path);
  if (!lock) return lock.error();
  const auto occupant = look_at(folder, out.name_, path);
  if (!occupant) return occupant.error();
  out.socket_ = new_socket(AF_UNIX);
  if (!out.socket_.is_open()) return base::from_errno(errno, "cannot make a socket", path);
  Status made = prepare(out.socket_.get(), folder, temporary, folder_path, owner);
  struct stat ours {};
  if (made && ::fstatat(folder, temporary.c_str(), &ours, AT_SYMLINK_NOFOLLOW) != 0)
    made = base::from_errno(errno, "cannot look at our socket", path);
  if (made) made = put_in_place(folder, temporary, out.name_, *occupant, path);
  if (!made) {
    ::unlinkat(folder, temporary.c_str(), 0);
    return made.error();
  }
  out.device_ = ours.st_dev;
  out.inode_ = ours.st_ino;
  return out;
}

Result<ListenSocket> ListenSocket::open_inet(const Endpoint& endpoint) {
  const std::string where = to_string(endpoint);
  addrinfo hints{};
  hints.ai_family = endpoint.kind == Endpoint::Kind::inet ? AF_INET : AF_INET6;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int rc = ::getaddrinfo(endpoint.host.empty() ? nullptr : endpoint.host.c_str(),
                               std::to_string(endpoint.port).c_str(), &hints, &found);
  if (rc != 0) {
    return Error{
        Errc::missing,
        fmt::format("cannot find this host ({}): write an address that this machine has", ::gai_strerror(rc)),
        where};
  }
  const std::unique_ptr<addrinfo, AddrinfoDeleter> owned(found);
  ListenSocket out;
  out.socket_ = new_socket(found->ai_family);
  if (!out.socket_.is_open()) return base::from_errno(errno, "cannot make a socket", where);
  if (const auto bound = bind_and_listen(out.socket_.get(), *found, where); !bound) return bound.error();
  out.reached_ = endpoint;
  if (const auto name = endpoint_of_socket(out.socket_.get()); name) out.reached_.port = name->port;
  return out;
}

Result<ListenSocket> ListenSocket::take_over(const Endpoint& endpoint) {
  const std::string where = to_string(endpoint);
  const int fd = endpoint.descriptor;
  if (const auto count = handed_over(); count && static_cast<std::uint64_t>(fd) >= 3 + *count) {
    return Error{
        Errc::missing,
        fmt::format("systemd handed over {} sockets, the last one is fd:{}: mend the socket unit or socket=",
                    *count, 2 + *count),
        where};
  }
  int listens = 0;
  socklen_t size = sizeof listens;
  if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0) {
    return Error{Errc::missing,
                 "is no listening socket: start this from a systemd socket unit, or set socket = unix:PATH",
                 where};
  }
  if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
    return base::from_errno(errno, "cannot set close-on-exec", where);
  ListenSocket out;
  out.socket_ = Descriptor(fd);
  auto name = endpoint_of_socket(fd);
  if (!name) return name.error();
  out.reached_ = *std::move(name);
  return out;
}

bool ListenSocket::unlink_path() noexcept {
  if (name_.empty()) return true;
  const std::string name = std::exchange(name_, {});
  const auto lock = FolderLock::take(folder_.get(), reached_.path);
  if (!lock) return false;
  struct stat found {};
  if (::fstatat(folder_.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) return errno == ENOENT;
  // While our socket is open its inode cannot be given to another file, so equal numbers are the very same
  // socket.
  if (found.st_dev != device_ || found.st_ino != inode_) return true;
  return ::unlinkat(folder_.get(), name.c_str(), 0) == 0;
}

}  // namespace tlsward::milter
