// Owns what is read from a public key: its kind, its size, its digest.
#ifndef TLSWARD_CERT_PUBLIC_KEY_H
#define TLSWARD_CERT_PUBLIC_KEY_H

#include <gnutls/abstract.h>

#include <string>
#include <string_view>

#include "cert/certificate.h"

namespace tlsward::cert {

/// What kind of key it is; `other` where GnuTLS cannot work with it.
KeyFacts key_facts(gnutls_pubkey_t key);

/// SHA-256 as 32 octets.
std::string sha256_octets(std::string_view bytes);

/// RFC 4648 section 4, with padding, in one line.
std::string base64(std::string_view bytes);

/// Whether two SubjectPublicKeyInfo say the same key. For RSA-PSS the parameters, which limit its signatures
/// and may be left out, are not compared.
bool is_same_public_key(std::string_view a_spki, std::string_view b_spki);

}  // namespace tlsward::cert

#endif
