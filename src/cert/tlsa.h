// Owns which TLSA records a certificate has, and which of DNS's it satisfies (RFC 6698, RFC 7671, RFC 7672).
#ifndef TLSWARD_CERT_TLSA_H
#define TLSWARD_CERT_TLSA_H

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/tlsa_record.h"

namespace tlsward::cert {

/// What TLSA records are made of: one certificate's DER, and that of its SubjectPublicKeyInfo (RFC 5280
/// section 4.1).
struct CertificateBytes {
  std::string der;
  std::string spki;
};

/// A chain as the server sends it, the leaf first.
using ChainBytes = std::vector<CertificateBytes>;

/// The record of that kind for a certificate; of SELECTOR and MATCHING as in base::TlsaRecord. The usage is
/// taken as it is. Errors: range (a selector or a matching type that there is not). Pure, any thread.
base::Result<base::TlsaRecord> tlsa_record(std::uint8_t usage, std::uint8_t selector, std::uint8_t matching,
                                           const CertificateBytes& certificate);

/// One line of a zone file, without a line end: "_25._tcp.mail.example.org. 3600 IN TLSA 3 1 1 …".
/// Errors: range (no host name, port 0, a TTL below zero or beyond 31 bits, RFC 2181 section 8).
base::Result<std::string> render_record(std::string_view host, std::uint16_t port, std::chrono::seconds ttl,
                                        const base::TlsaRecord& record);

/// Whether a mail client finds the record satisfied by the chain: usage 3 by its leaf, usage 2 by a
/// certificate above the leaf that the server sends. Usages 0 and 1 and whatever is not usable match nothing
/// (RFC 7672 section 3.1.3). Of usage 2 this is the comparison alone: names, dates and signatures are other
/// checks' work.
bool matches(const base::TlsaRecord& record, const ChainBytes& chain);

/// What a validated TLSA set means for one chain.
enum class DaneVerdict : std::uint8_t {
  not_dane,  ///< no record in it that a mail client can use: TLS without authentication (RFC 7672
             ///< section 2.2)
  match,     ///< at least one record is satisfied
  mismatch,  ///< mail clients that speak DANE put their mail off
};
DaneVerdict judge_set(const std::vector<base::TlsaRecord>& records, const ChainBytes& chain);

/// Where in `chain` the certificates are that a record of usage 2 designates: they must be sent, were they
/// superfluous otherwise. Positions from 1 (0 is the leaf), ascending.
std::vector<std::size_t> designated_issuers(const std::vector<base::TlsaRecord>& records,
                                            const ChainBytes& chain);

/// The records to publish for a chain: 3 1 1, and 2 1 1 of the certificate that comes after the leaf, if any.
/// An empty chain has none.
std::vector<base::TlsaRecord> records_to_publish(const ChainBytes& chain);

}  // namespace tlsward::cert

#endif
