// Owns how the milter's socket is written: by us, by Postfix, by Sendmail and by libmilter.
#ifndef TLSWARD_MILTER_ENDPOINT_H
#define TLSWARD_MILTER_ENDPOINT_H

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tlsward::milter {

/// Where the mail server reaches the milter.
struct Endpoint {
  enum class Kind : std::uint8_t {
    unix_path,   ///< a Unix socket that we make
    inet,        ///< IPv4
    inet6,       ///< IPv6 only
    descriptor,  ///< a listening socket that was handed to us (systemd)
  };
  Kind kind = Kind::unix_path;
  std::string path;  ///< with unix_path: absolute
  std::string host;  ///< with inet and inet6: a name or a bare address; empty: every address of this host
  std::uint16_t port = 0;  ///< with inet and inet6; 0: the system chooses
  int descriptor = -1;     ///< with descriptor: 3 or more

  bool operator==(const Endpoint&) const = default;

  /// Reads `unix:PATH`, `local:PATH`, a bare absolute path, `inet:PORT`, `inet:PORT@HOST`, Postfix's
  /// `inet:HOST:PORT`, the same three with `inet6:`, and `fd:N`. An IPv6 address may stand in brackets, and
  /// makes `inet:` mean IPv6. Errors: parse and range, each with the remedy. Pure.
  static base::Result<Endpoint> parse(std::string_view text);
};

/// As our configuration writes it: "unix:/run/x.sock", "inet:8891@127.0.0.1".
std::string to_string(const Endpoint& endpoint);

/// The line that Postfix's main.cf needs to reach it: "smtpd_milters = unix:/run/x.sock". Where the milter
/// listens on every address, the loopback one is named. A descriptor has no line of its own: ask with what it
/// listens on.
std::string main_cf_line(const Endpoint& endpoint);

}  // namespace tlsward::milter

#endif
