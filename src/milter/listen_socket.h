// Owns the listening socket from the moment it is made until it is gone: nobody else's file is touched.
#ifndef TLSWARD_MILTER_LISTEN_SOCKET_H
#define TLSWARD_MILTER_LISTEN_SOCKET_H

#include <sys/stat.h>
#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "base/files.h"
#include "base/result.h"
#include "milter/endpoint.h"

namespace tlsward::milter {

/// Whose a Unix socket is to be. Nothing: as the process makes it.
struct SocketOwner {
  std::optional<uid_t> user;
  std::optional<gid_t> group;
};

/// A socket that listens. One owner, moves.
class ListenSocket {
 public:
  /// Makes it (a Unix socket with mode 0660), or takes over the descriptor that systemd handed to this
  /// process. A Unix path: under flock of its folder. What is there is replaced only if it is a socket and
  /// nobody answers on it; the new one is made under another name, with owner and mode as they shall be, and
  /// renamed to its place when it listens. Errors: conflict (a living milter, or a file that is no socket),
  /// missing (no such folder, host or descriptor), permission, io. Each names the remedy.
  static base::Result<ListenSocket> open(const Endpoint& endpoint, const SocketOwner& owner);

  [[nodiscard]] int descriptor() const { return socket_.get(); }
  /// Where the mail server finds it: a port that the system chose is there, and what a descriptor listens on.
  [[nodiscard]] const Endpoint& endpoint() const { return reached_; }

  /// Takes the path away if it still is the very socket that we made: nobody finds us any more, those who
  /// have connected are still served. Does nothing for other sockets, and for a second time. False: the file
  /// had to be left (a folder we may not write to).
  bool unlink_path() noexcept;

  /// Closes our descriptor.
  void close() { socket_.reset(); }

 private:
  ListenSocket() = default;

  static base::Result<ListenSocket> open_unix(const Endpoint& endpoint, const SocketOwner& owner);
  static base::Result<ListenSocket> open_inet(const Endpoint& endpoint);
  static base::Result<ListenSocket> take_over(const Endpoint& endpoint);

  base::Descriptor socket_;
  base::Descriptor folder_;  ///< of a path that we made
  std::string name_;         ///< within folder_
  dev_t device_ = 0;
  ino_t inode_ = 0;
  Endpoint reached_;
};

/// How many connections may wait for libmilter to take them.
constexpr int listen_backlog = 4096;

/// How long a folder's flock is waited for.
constexpr std::chrono::seconds folder_lock_wait{5};

}  // namespace tlsward::milter

#endif
