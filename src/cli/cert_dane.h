// Owns what an installation has to do with DANE: what DNS designates, and waiting until it does.
#ifndef TLSWARD_CLI_CERT_DANE_H
#define TLSWARD_CLI_CERT_DANE_H

#include <optional>
#include <string>
#include <vector>

#include "cert/verify.h"
#include "cli/command.h"
#include "dns/answers.h"
#include "dns/resolver.h"

namespace tlsward::cli {

inline constexpr OptionSpec no_dns_option{"no-dns", "", "ask DNS nothing"};
inline constexpr OptionSpec resolver_option{
    "resolver", "ADDRESS", "ask this name server, ADDRESS or ADDRESS@PORT; may be given several times", true};
inline constexpr OptionSpec anchor_option{"trust-anchor", "FILE",
                                          "the DNSSEC trust anchors, in place of the root's"};

/// The resolver that the options --resolver and --trust-anchor ask for.
dns::ResolverSettings resolver_settings(const Context& context);

/// The TLSA sets of the mail server's names, asked once. One installation long.
class DaneGate {
 public:
  /// Asks DNS for each name's set at port 25, for some seconds at most, unless --no-dns is given. That DNS
  /// does not answer is told, and nothing more: a certificate must be replaceable without it.
  DaneGate(Context& context, const std::vector<std::string>& hostnames);

  /// Whether a validated set designates this certificate.
  [[nodiscard]] bool is_designated(const cert::Certificate& certificate) const;

  /// Adds `dane-mismatch` for each name with a validated set that matches an identity not at all (RFC 7672
  /// section 3): servers that check DANE would hold back their mail. A warning where it is among `accepted`.
  void judge(cert::Verified& verified, const std::vector<std::string>& accepted) const;

  /// Waits until each identity has its record at every authoritative server for twice its TTL, telling how it
  /// stands. A failure (no servers, an interrupt) is told, and its status comes back.
  [[nodiscard]] std::optional<Exit> wait(const std::vector<cert::Identity>& identities);

 private:
  struct Host {
    std::string name;
    dns::TlsaAnswer answer;
  };
  Context& context_;
  std::vector<std::string> names_;
  std::vector<Host> hosts_;  ///< those with a validated set
};

}  // namespace tlsward::cli

#endif
