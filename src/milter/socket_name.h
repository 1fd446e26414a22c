// Owns the step between socket addresses of the kernel and endpoints.
#ifndef TLSWARD_MILTER_SOCKET_NAME_H
#define TLSWARD_MILTER_SOCKET_NAME_H

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

#include "base/result.h"
#include "milter/endpoint.h"

namespace tlsward::milter {

/// The address of a path, which must fit (Endpoint::parse sees to it); what does not is cut.
sockaddr_un unix_address(const std::string& path);

/// As the system calls want it.
const sockaddr* as_sockaddr(const sockaddr_un& address);

/// What a socket is bound to. Errors: config, for a family that milters are not reached by.
base::Result<Endpoint> endpoint_of_socket(int socket);

}  // namespace tlsward::milter

#endif
