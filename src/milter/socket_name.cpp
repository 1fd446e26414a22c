#include "milter/socket_name.h"

#include <netinet/in.h>

#include <cerrno>
#include <cstring>

#include "net/address.h"

namespace tlsward::milter {

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(&address.sun_path[0], sizeof address.sun_path - 1);
  return address;
}

const sockaddr* as_sockaddr(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);  // how the socket calls take every family
}

base::Result<Endpoint> endpoint_of_socket(int socket) {
  union {
    sockaddr any;
    sockaddr_un local;
    sockaddr_in v4;
    sockaddr_in6 v6;
  } name{};
  socklen_t size = sizeof name;
  if (::getsockname(socket, &name.any, &size) != 0)
    return base::from_errno(errno, "cannot find out what the socket listens on");
  Endpoint out;
  switch (name.any.sa_family) {
    case AF_UNIX:
      out.path.assign(&name.local.sun_path[0],
                      ::strnlen(&name.local.sun_path[0], sizeof name.local.sun_path));
      return out;
    case AF_INET:
      out.kind = Endpoint::Kind::inet;
      out.port = ntohs(name.v4.sin_port);
      break;
    case AF_INET6:
      out.kind = Endpoint::Kind::inet6;
      out.port = ntohs(name.v6.sin6_port);
      break;
    default:
      return base::Error{base::Errc::config, "is neither a Unix nor an internet socket: mend the socket unit",
                         "socket"};
  }
  const auto address = net::Address::from_sockaddr(&name.any);
  const bool is_any = address && address->high == 0 && address->low == 0;
  if (address && !is_any) out.host = net::to_string(*address);
  return out;
}

}  // namespace tlsward::milter
