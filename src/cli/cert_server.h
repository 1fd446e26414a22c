// Owns the way from "HOST:PORT" to the certificates that are served there.
#ifndef TLSWARD_CLI_CERT_SERVER_H
#define TLSWARD_CLI_CERT_SERVER_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cert/certificate.h"

namespace tlsward::cli {

struct Server {
  std::string host;  ///< a name or an address, without brackets
  std::uint16_t port = 25;
};

/// "HOST:PORT", "ADDRESS:PORT", "[IPV6]:PORT"; nothing for what has no port.
std::optional<Server> parse_server(std::string_view text);

/// What is served there, leaf first: over STARTTLS, on port 465 over TLS from the start (RFC 8314). Not
/// verified. Errors: unavailable (with the step that failed), parse.
base::Result<std::vector<cert::Certificate>> served_certificates(const Server& server);

}  // namespace tlsward::cli

#endif
