// Owns the validating resolver: libunbound, asked one question at a time, each with an end.
#ifndef TLSWARD_DNS_RESOLVER_H
#define TLSWARD_DNS_RESOLVER_H

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dns/answers.h"

namespace tlsward::dns {

/// When to give up. Only the edges make one out of a timeout.
using Deadline = std::chrono::steady_clock::time_point;

/// Where questions go, and what is believed.
struct ResolverSettings {
  /// "ADDRESS" or "ADDRESS@PORT", IPv4 or IPv6; the next is asked where one is silent. Empty: resolv_conf.
  std::vector<std::string> forwarders;
  /// Its name servers are asked; without any in it the resolver asks from the root on by itself.
  std::string resolv_conf = "/etc/resolv.conf";
  /// DNSKEY and DS records in zone-file form, a file; the root's as Debian's dns-root-data has it. Empty:
  /// none.
  std::string anchor_file = "/usr/share/dns/root.key";
  /// Further anchors, each one record in zone-file form.
  std::vector<std::string> anchors;
};

/// A name server of a zone and its addresses; none when its name leads nowhere.
struct NameServer {
  std::string name;  ///< lower case, no trailing dot
  std::vector<net::Address> addresses;
};

/// Those who answer for a zone with authority.
struct ZoneServers {
  std::string zone;                 ///< lower case, absolute: "example.org."
  std::vector<NameServer> servers;  ///< by name, each once
};

/// A resolver that validates by itself, by libunbound: it believes its trust anchors and no name server.
/// It keeps answers until their TTL ends: to see a change at once, open a new one. One thread at a time; a
/// background thread of libunbound's own, with all signals blocked, lives as long as the object.
class Resolver {
 public:
  /// Errors: missing, permission (resolv_conf, anchor_file); config (a forwarder or an anchor that is none);
  /// io.
  static base::Result<Resolver> open(const ResolverSettings& settings);
  ~Resolver();
  Resolver(Resolver&&) noexcept;
  Resolver& operator=(Resolver&&) noexcept;

  /// The TLSA set at _PORT._tcp.HOST. Failed, never an error, for a host that is no host name.
  TlsaAnswer tlsa_records(std::string_view host, std::uint16_t port, Deadline deadline);

  /// The mail hosts of a domain (A-labels).
  MxAnswer mx_hosts(std::string_view domain, Deadline deadline);

  /// The servers of the zone that `name` is in (a host name or a TLSA owner), with their addresses, as DNS
  /// has them, proven or not. At most 16 addresses a server are looked at. Errors: missing (neither it nor a
  /// name above it has name servers; the root is not looked at), unavailable (no answer by the deadline),
  /// parse (a server without a name, more than 32 servers).
  base::Result<ZoneServers> authoritative_servers(std::string_view name, Deadline deadline);

 private:
  struct State;
  explicit Resolver(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tlsward::dns

#endif
