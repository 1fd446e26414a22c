#include "milter/gate.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "milter/socket_name.h"

namespace tlsward::milter {
namespace {

using base::Descriptor;

/// Binds where nobody can find it: a name that is gone before anybody could call, or else one that the kernel
/// makes up.
bool bind_out_of_sight(int socket, const std::vector<std::string>& folders) {
  ::fchmod(socket, 0);
  for (const std::string& folder : folders) {
    const std::string path =
        base::join_path(folder, fmt::format(".tw{:x}.wall", static_cast<unsigned>(::getpid())));
    if (path.size() >= sizeof(sockaddr_un::sun_path)) continue;
    const sockaddr_un address = unix_address(path);
    if (::bind(socket, as_sockaddr(address), sizeof address) != 0) continue;
    ::unlink(path.c_str());
    return true;
  }
  sockaddr_un unnamed{};
  unnamed.sun_family = AF_UNIX;
  return ::bind(socket, as_sockaddr(unnamed), sizeof unnamed.sun_family) == 0;
}

}  // namespace

base::Result<Gate> Gate::make(int listening, const std::vector<std::string>& folders) {
  Gate gate;
  gate.listening_ = listening;
  gate.wall_ = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!gate.wall_.is_open()) return base::from_errno(errno, "cannot make a socket");
  if (!bind_out_of_sight(gate.wall_.get(), folders) || ::listen(gate.wall_.get(), 1) != 0) {
    return base::from_errno(errno, "cannot make the socket that stands in while no session is taken");
  }
  gate.number_ = ::fcntl(listening, F_DUPFD_CLOEXEC, 3);
  if (gate.number_ < 0) return base::from_errno(errno, "cannot copy the listening socket");
  return gate;
}

void Gate::open() {
  if (is_open_) return;
  is_open_ = ::dup3(listening_, number_, O_CLOEXEC) == number_;
}

void Gate::shut() {
  if (!is_open_) return;
  is_open_ = ::dup3(wall_.get(), number_, O_CLOEXEC) != number_;
}

}  // namespace tlsward::milter
