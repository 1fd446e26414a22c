// Owns the making of requests (PKCS#10) and of self-signed certificates.
#ifndef TLSWARD_CERT_REQUEST_H
#define TLSWARD_CERT_REQUEST_H

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "cert/certificate.h"
#include "cert/private_key.h"

namespace tlsward::cert {

/// Who a certificate is for.
struct RequestSubject {
  /// Host names (U-labels are turned into A-labels, a left-most "*" label is allowed) and IP addresses; one
  /// at least. They become subjectAltNames in this order, each once.
  std::vector<std::string> names;
  /// The CN of the subject; empty: the first name that fits into the 64 characters a CN may have (RFC 5280
  /// appendix A), or none.
  std::string common_name;
};

/// A PKCS#10 request (RFC 2986) as PEM, signed with the key by SHA-256, SHA-384 or Ed25519 as fits it.
/// Errors: parse for a name that is none, range for no name or too many; those of GnuTLS.
base::Result<std::string> make_request(const PrivateKey& key, const RequestSubject& subject);

/// A self-signed server's certificate: no CA, serverAuth, valid from `at` for `days` days, a random serial.
/// Errors: as make_request.
base::Result<Certificate> make_self_signed(const PrivateKey& key, const RequestSubject& subject,
                                           std::chrono::sys_seconds at, std::chrono::days days);

}  // namespace tlsward::cert

#endif
