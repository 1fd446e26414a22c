// Owns PrivateKey: one private key, made or parsed, and whether it is the key of a certificate.
#ifndef TLSWARD_CERT_PRIVATE_KEY_H
#define TLSWARD_CERT_PRIVATE_KEY_H

#include <gnutls/x509.h>

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "cert/certificate.h"
#include "cert/gnutls_handles.h"

namespace tlsward::cert {

/// A kind of key that can be made.
struct KeyType {
  KeyKind kind = KeyKind::ecdsa;
  unsigned bits = 256;  ///< 2048-4096 for RSA; 256 or 384 for ECDSA; 256 for Ed25519

  bool operator==(const KeyType&) const = default;
};

/// Reads "rsa:2048" to "rsa:4096" (any number between), "ecdsa:p256", "ecdsa:p384", "ed25519"; case does not
/// matter. Errors: parse; range for an RSA length outside of that.
base::Result<KeyType> parse_key_type(std::string_view text);

/// "rsa:3072", "ecdsa:p256", "ed25519".
std::string render_key_type(const KeyType& type);

/// One private key. Moves, does not copy. One thread at a time.
class PrivateKey {
 public:
  /// Takes a key that GnuTLS parsed. Errors: range for a kind of key that cannot be worked with.
  static base::Result<PrivateKey> from_handle(X509KeyHandle handle);
  /// Makes a new one. Errors: io (no randomness).
  static base::Result<PrivateKey> generate(const KeyType& type);
  /// Reads unencrypted DER: PKCS#8 (RFC 5208, RFC 5958), PKCS#1 (RFC 8017), SEC1 (RFC 5915) or OpenSSL's DSA.
  /// Errors: parse; range.
  static base::Result<PrivateKey> from_der(std::string_view der);

  /// Unencrypted PKCS#8 as one PEM block. Errors: io, range.
  [[nodiscard]] base::Result<base::Secret> pkcs8_pem() const;
  /// The public half as SubjectPublicKeyInfo.
  [[nodiscard]] const std::string& spki_der() const { return spki_; }
  /// SHA-256 over that: 32 octets, and as the base64 of a pin.
  [[nodiscard]] std::string spki_sha256() const;
  [[nodiscard]] std::string spki_pin() const;
  [[nodiscard]] const KeyFacts& key() const { return key_; }

  /// Whether the public halves are the same, as far as the key alone tells it: a key whose private half is
  /// broken passes. For finding the key that belongs to a certificate; `matches` is the check.
  [[nodiscard]] bool has_public_half_of(const Certificate& certificate) const;
  /// Whether it is the private key of that certificate: the public halves are the same, and a signature made
  /// with it now verifies under the certificate (only that finds a private half that does not work).
  [[nodiscard]] bool matches(const Certificate& certificate) const;
  /// Whether both are the same key, private halves compared.
  [[nodiscard]] bool equals(const PrivateKey& other) const;

  /// For calls to GnuTLS. Never null; belongs to this key.
  [[nodiscard]] gnutls_x509_privkey_t handle() const { return handle_.get(); }
  /// The same as GnuTLS's abstract key, its own copy. Errors: those of GnuTLS.
  [[nodiscard]] base::Result<PrivkeyHandle> abstract_key() const;

 private:
  PrivateKey(X509KeyHandle handle, std::string spki, KeyFacts key)
      : handle_(std::move(handle)), spki_(std::move(spki)), key_(std::move(key)) {}
  X509KeyHandle handle_;
  std::string spki_;
  KeyFacts key_;
};

}  // namespace tlsward::cert

#endif
