// Owns the judgement over a certificate, its key and its chain before they are installed: every check at
// once.
#ifndef TLSWARD_CERT_VERIFY_H
#define TLSWARD_CERT_VERIFY_H

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.h"
#include "cert/certificate.h"
#include "cert/chain.h"
#include "cert/intake.h"
#include "cert/private_key.h"

namespace tlsward::cert {

/// A certificate with its private key and the chain to serve behind it.
struct Identity {
  std::string name;  ///< the kind of key: "rsa", "ecdsa", "ed25519", ... (kind_name)
  Certificate leaf;
  PrivateKey key;
  std::vector<Certificate> chain;  ///< in order, leaf and root left out
  bool is_self_signed = false;
};

struct VerifySettings {
  /// Names of the mail server, each of which every leaf must be for; none: names are not checked.
  std::vector<std::string> hostnames;
  /// The certificates that peers trust (load_roots). With none every chain ends untrusted.
  std::vector<Certificate> roots;
  /// Without it certificates alone may be judged: a missing key is no finding. A key that is there is checked
  /// all the same, and makes an identity.
  bool needs_key = true;
  std::chrono::sys_seconds at{};
  /// Names of checks whose errors become warnings; a name that may_accept refuses has no effect, and while
  /// `needs_key` and no identity came out, none has.
  std::vector<std::string> accepted;
  std::chrono::days expires_soon{30};
  /// Whether a published TLSA record designates this certificate: then it is served, though it be the root.
  std::function<bool(const Certificate&)> is_designated;
};

enum class Verdict : std::uint8_t { ok, warning, error };

/// "ok", "warning" or "error".
std::string_view verdict_name(Verdict verdict);

struct Verified {
  std::vector<Identity> identities;  ///< one a kind of key, in the order of their certificates
  std::optional<Certificate> leaf;   ///< the first server's certificate, also where its key is missing
  base::Findings findings;           ///< of the intake and of the checks, by file and line
  Verdict verdict = Verdict::ok;     ///< the worst of the findings
};

/// Judges what the intake found. Every finding is told, not the first alone. Identities come out also where
/// there are errors (of dates, names, chains): only with a verdict other than `error` may they be installed.
/// Leaves are the certificates that a key belongs to and those that are no authority's; an authority's
/// certificate with its key is a leaf only where there is no other. RSA and ECDSA side by side are two
/// identities. A certificate that names hosts and may not sign certificates is meant for a server, though
/// basicConstraints say CA: the error `leaf-is-ca`, unless it signed itself ("openssl req -x509" makes such).
/// Pure: reads neither clock nor disk.
Verified verify(Material material, const VerifySettings& settings);

}  // namespace tlsward::cert

#endif
