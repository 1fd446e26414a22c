// Owns the reading of PKCS#12 and PKCS#7 files.
#ifndef TLSWARD_CERT_PKCS12_H
#define TLSWARD_CERT_PKCS12_H

#include <string_view>

#include "cert/collector.h"
#include "cert/encrypted.h"

namespace tlsward::cert {

/// Takes certificates and keys out of a PKCS#12 file (RFC 7292; DER, or BER as far as GnuTLS reads it).
/// Nothing is decrypted before the MAC was verified, since GnuTLS reads on happily where it is wrong; a file
/// without a MAC is known by its decryption alone. No passphrase and an empty one make two MACs, and both are
/// tried before anybody is asked. The rounds of every MAC and encryption are looked up and paid for first (in
/// the DER, by gnutls_pkcs12_bag_enc_info and by gnutls_pkcs8_info): GnuTLS itself has no limit.
void read_pkcs12(std::string_view der, const Place& place, Passphrases& passphrases, Collector& out);

/// Takes the certificates out of a PKCS#7 or CMS SignedData (RFC 5652), whatever it signs.
void read_pkcs7(std::string_view der, const Place& place, Collector& out);

}  // namespace tlsward::cert

#endif
