// Owns the opening of what is encrypted: which passphrases are tried, how often, and how much work a file may
// ask for.
#ifndef TLSWARD_CERT_ENCRYPTED_H
#define TLSWARD_CERT_ENCRYPTED_H

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cert/collector.h"
#include "cert/intake.h"
#include "cert/pem.h"

namespace tlsward::cert {

/// How one passphrase did.
enum class Attempt : std::uint8_t {
  opened,
  wrong,   ///< another passphrase may do
  broken,  ///< none will
};

/// The passphrases of one intake: what opened one thing is tried on the next before anybody is asked again.
class Passphrases {
 public:
  explicit Passphrases(const AskPassphrase& ask) : ask_(ask) {}

  /// Tries the passphrases known, then asks up to three times. What does not open is a finding:
  /// key-encrypted, passphrase-wrong; `broken` is for the caller to tell.
  Attempt open(const std::string& what, const Place& place, Collector& out,
               const std::function<Attempt(const char* passphrase)>& attempt);

  /// Pays for that many rounds of key derivation. False once more was asked for than a person would wait for:
  /// a file that names thousands of millions would keep us busy for hours.
  bool pay(std::uint64_t rounds);

 private:
  const AskPassphrase& ask_;
  std::vector<base::Secret> known_;
  std::uint64_t rounds_left_ = 20'000'000;
};

/// Opens an encrypted PKCS#8 key (RFC 5208, RFC 8018), DER.
void read_encrypted_key(std::string_view der, const Place& place, Passphrases& passphrases, Collector& out);

/// Opens a key under OpenSSL's old encryption ("Proc-Type: 4,ENCRYPTED").
void read_openssl_key(const PemBlock& block, const Place& place, Passphrases& passphrases, Collector& out);

/// Whether GnuTLS says that a passphrase did not fit: what is decrypted with a wrong one has no right
/// padding, or by chance has, and then is nothing that can be read.
bool is_wrong_passphrase(int rc);

}  // namespace tlsward::cert

#endif
