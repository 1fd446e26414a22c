// Owns the intake: files in, certificates and keys out, whatever form they were in. A form is told by
// content, never by a file's name.
#ifndef TLSWARD_CERT_INTAKE_H
#define TLSWARD_CERT_INTAKE_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.h"
#include "base/result.h"
#include "base/secret.h"
#include "cert/certificate.h"
#include "cert/private_key.h"

namespace tlsward::cert {

/// Limits of one intake. What is above is a finding, and the rest is left alone.
inline constexpr std::uint64_t max_input_bytes = std::uint64_t{16} << 20U;
inline constexpr std::size_t max_certificates = 1000;
inline constexpr std::size_t max_keys = 16;

/// One file as it was read, and what to call it in findings.
struct Input {
  std::string name;
  base::Secret content;
};

/// Reads a file, a pipe, or with "-" standard input, of at most max_input_bytes.
/// Errors: missing, permission, io; range for a folder and for more.
base::Result<Input> load_input(const std::string& path);

/// An input that could not be read as the finding `unreadable`, for those who tell all findings in one go.
base::Finding unreadable_finding(const std::string& path, const base::Error& error);

/// Asks for a passphrase. `what` says what for: a file's name and the thing in it, printable. `again`: the
/// passphrase given before was wrong. Nothing: there is none (more). Called for one thing up to three times.
using AskPassphrase = std::function<std::optional<base::Secret>(std::string_view what, bool again)>;

/// Where a certificate or key was found.
struct Place {
  std::string file;
  std::uint32_t line = 0;   ///< of PEM: where its block begins, from 1; else 0
  bool is_ordered = false;  ///< its file says things in an order (PEM does, PKCS#7 and PKCS#12 do not)
};

/// What came out of the files, in the order in which it stands in them; each certificate and key once.
struct Material {
  std::vector<Certificate> certificates;
  std::vector<PrivateKey> keys;
  base::Findings findings;
  bool has_unread_key = false;     ///< a finding is about a private key that could not be read or opened
  std::vector<std::string> files;  ///< the names of the inputs, in order
  std::vector<Place> certificate_places;  ///< as long as `certificates`; shorter: the rest is unknown
  std::vector<Place> key_places;          ///< as long as `keys`; shorter: the rest is unknown
};

/// Reads them all. Forms: PEM (RFC 7468, in any order, text and unrelated blocks around; CERTIFICATE, X509
/// CERTIFICATE, TRUSTED CERTIFICATE, PKCS7, PRIVATE KEY, RSA/EC/DSA PRIVATE KEY also with OpenSSL's old
/// encryption, ENCRYPTED PRIVATE KEY), DER of certificates, keys, PKCS#7 and PKCS#12 (RFC 7292).
/// PKCS#12 is believed only after its MAC was verified (one without a MAC is read by its decryption); no
/// passphrase and an empty one are tried before `ask` is called. No more key derivation rounds are done than
/// a person would wait for: a file that asks for more is `unparsable`.
/// Findings: unparsable, key-encrypted (no passphrase was given), passphrase-wrong, too-many-certificates,
/// too-many-keys, more-findings; each with file, line for PEM, and a hint.
/// `ask` may be empty. Input content is wiped when this returns.
Material read_material(std::vector<Input> inputs, const AskPassphrase& ask);

}  // namespace tlsward::cert

#endif
