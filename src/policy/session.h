// Owns Session: what the MTA told about one SMTP connection by the time of a MAIL command, and no more.
#ifndef TLSWARD_POLICY_SESSION_H
#define TLSWARD_POLICY_SESSION_H

#include <cstdint>
#include <optional>
#include <string>

#include "net/address.h"
#include "policy/mode.h"

namespace tlsward::policy {

/// Who is on the other side.
struct Client {
  enum class Kind : std::uint8_t { address, local, unknown };
  Kind kind = Kind::unknown;
  net::Address address;  ///< with Kind::address

  static Client at(const net::Address& address) { return {Kind::address, address}; }
  static Client local() { return {Kind::local, {}}; }
  static Client unknown() { return {Kind::unknown, {}}; }
  /// Reads an address, "local" or "unknown".
  static std::optional<Client> parse(std::string_view text);
};

/// The address, "local" or "unknown".
std::string to_string(const Client& client);

/// The TLS state of a session. `encrypted` false: nothing else counts.
struct Tls {
  bool encrypted = false;
  std::string version_name;           ///< as the MTA says it
  std::optional<TlsVersion> version;  ///< nothing: not readable
  std::optional<std::uint32_t> bits;  ///< nothing: not readable
  bool verified = false;              ///< the MTA trusts the client's certificate
  std::string subject;                ///< its common name; meaningful only with `verified`
  std::string issuer;                 ///< its issuer's common name; meaningful only with `verified`
};

/// One session at one MAIL command.
struct Session {
  Client client;
  std::string listener;  ///< {daemon_name}
  Tls tls;
  bool authenticated = false;  ///< SASL (RFC 4954)
  std::string sender_domain;   ///< lower case, A-labels; empty: no domain (`<>`, an address literal)
};

/// The state of the MTA's own STARTTLS, as a probe saw it (DESIGN section 3). Unknown changes nothing.
enum class OwnTls : std::uint8_t { unknown, healthy, unhealthy };

}  // namespace tlsward::policy

#endif
