// Owns Certificate: one X.509 certificate that was parsed, and what it says of itself.
#ifndef TLSWARD_CERT_CERTIFICATE_H
#define TLSWARD_CERT_CERTIFICATE_H

#include <gnutls/x509.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/address.h"

namespace tlsward::cert {

/// The kinds of keys that certificates have; `other` is one that this GnuTLS cannot use (an unknown
/// algorithm, a curve written out by its parameters, GOST).
enum class KeyKind : std::uint8_t { rsa, rsa_pss, ecdsa, ed25519, ed448, dsa, other };

/// "rsa", "rsa-pss", "ecdsa", "ed25519", "ed448", "dsa", "other": as identities are called.
std::string_view kind_name(KeyKind kind);

/// What is known of a key from its public half.
struct KeyFacts {
  KeyKind kind = KeyKind::other;
  unsigned bits = 0;  ///< the modulus of RSA and DSA, the order of a curve; 0 for `other`
  std::string curve;  ///< "P-256", "P-384", "P-521", ...; empty where there is none

  /// "RSA 2048", "RSA-PSS 3072", "ECDSA P-256", "Ed25519", "DSA 1024", "unknown".
  [[nodiscard]] std::string text() const;
};

/// What a certificate's key may be used for (RFC 5280 section 4.2.1.3).
struct KeyUsage {
  bool digital_signature = false;
  bool key_encipherment = false;
  bool key_cert_sign = false;
};

/// One certificate. Copies share one immutable state; any thread may read it.
class Certificate {
 public:
  /// No certificate that a TLS peer takes is larger.
  static constexpr std::size_t max_bytes = std::size_t{64} << 10U;

  /// Reads exactly one certificate (RFC 5280), nothing behind it. Errors: parse; range for one of more than
  /// `max_bytes`, or of a kind that GnuTLS cannot read.
  static base::Result<Certificate> from_der(std::string_view der);

  /// The bytes that were parsed.
  [[nodiscard]] std::string_view der() const;
  /// One PEM block (RFC 7468), lines ended by LF.
  [[nodiscard]] std::string pem() const;

  /// Names as RFC 4514 text ("CN=mx.example.com,O=..."), not made printable. Empty where there is none.
  [[nodiscard]] std::string subject() const;
  [[nodiscard]] std::string issuer() const;
  /// The DER of the names, to compare by.
  [[nodiscard]] std::string_view subject_der() const;
  [[nodiscard]] std::string_view issuer_der() const;
  /// The serial number: lower-case hexadecimal digits, as many as its octets need.
  [[nodiscard]] std::string serial() const;
  /// The last common name of the subject, as it stands; empty where there is none.
  [[nodiscard]] std::string common_name() const;
  /// The DNS names among the subjectAltNames, as they stand (no form is checked), in order.
  [[nodiscard]] const std::vector<std::string>& dns_names() const;
  /// The IP addresses among the subjectAltNames; one that is neither 4 nor 16 octets long is left out.
  [[nodiscard]] const std::vector<net::Address>& ip_addresses() const;
  /// Whether the extension is there at all, whatever is in it.
  [[nodiscard]] bool has_alt_names() const;

  /// The first and the last second of its life (RFC 5280 section 4.1.2.5: both belong to it).
  [[nodiscard]] std::chrono::sys_seconds not_before() const;
  [[nodiscard]] std::chrono::sys_seconds not_after() const;

  [[nodiscard]] const KeyFacts& key() const;
  /// "RSA-SHA256", "ECDSA-SHA384", "EdDSA-Ed25519", "RSA-PSS-SHA256", or its object identifier.
  [[nodiscard]] std::string signature_algorithm() const;
  /// "SHA256", "SHA1", "MD5"; empty where the algorithm has none of its own (Ed25519) or is unknown.
  [[nodiscard]] std::string signature_hash() const;

  /// SHA-256 over the certificate: 64 lower-case hexadecimal digits.
  [[nodiscard]] const std::string& sha256() const;
  /// The SubjectPublicKeyInfo, as it stands in the certificate.
  [[nodiscard]] std::string_view spki_der() const;
  /// SHA-256 over that: 32 octets, and as the base64 of a pin (RFC 7469 section 2.4).
  [[nodiscard]] std::string spki_sha256() const;
  [[nodiscard]] std::string spki_pin() const;

  /// basicConstraints say CA. No extension: no CA.
  [[nodiscard]] bool is_ca() const;
  /// How many intermediates may follow (RFC 5280 section 4.2.1.9); nothing where it is not said.
  [[nodiscard]] std::optional<unsigned> path_length() const;
  /// Nothing where the extension is missing, which allows everything.
  [[nodiscard]] const std::optional<KeyUsage>& key_usage() const;
  /// The purposes as object identifiers in dotted decimal; empty without the extension.
  [[nodiscard]] const std::vector<std::string>& extended_key_usages() const;
  /// It asks that every handshake staples an OCSP answer (RFC 7633, status_request).
  [[nodiscard]] bool must_staple() const;
  /// The names of issuer and subject are the same; whether it signed itself is another matter.
  [[nodiscard]] bool is_self_issued() const;
  /// Key identifiers, octets; empty where there is none.
  [[nodiscard]] std::string subject_key_id() const;
  [[nodiscard]] std::string authority_key_id() const;
  /// Where the issuer's certificate is to be had (caIssuers, RFC 5280 section 4.2.2.1); not made printable.
  [[nodiscard]] std::vector<std::string> issuer_urls() const;

  /// Whether `issuer` could have issued it, by names and key identifiers.
  [[nodiscard]] bool names_issuer(const Certificate& issuer) const;
  /// Whether its signature was made by `issuer`'s key. However weak the algorithm; false where it cannot be
  /// told (a key of a kind or size that is not computed with: RSA above 16384 bits, an exponent above 64;
  /// RSA-PSS with a salt that is not as long as the hash, which no GnuTLS peer verifies either).
  [[nodiscard]] bool is_signed_by(const Certificate& issuer) const;
  /// is_self_issued and is_signed_by itself.
  [[nodiscard]] bool is_self_signed() const;

  /// For calls to GnuTLS that only read. Never null; belongs to this certificate.
  [[nodiscard]] gnutls_x509_crt_t handle() const;

  /// The same bytes.
  friend bool operator==(const Certificate& a, const Certificate& b) { return a.der() == b.der(); }

 private:
  struct State;
  explicit Certificate(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace tlsward::cert

#endif
