// Owns the TLSA record as a value, its wire form, and the name in DNS at which it stands (RFC 6698).
#ifndef TLSWARD_BASE_TLSA_RECORD_H
#define TLSWARD_BASE_TLSA_RECORD_H

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tlsward::base {

/// One TLSA record, whatever its fields say: DNS may hold numbers that nobody has defined. RFC 6698
/// section 2.1.
struct TlsaRecord {
  std::uint8_t usage = 0;     ///< 2 DANE-TA, 3 DANE-EE; 0 and 1 are not for mail (RFC 7672 section 3.1.3)
  std::uint8_t selector = 0;  ///< 0 the whole certificate, 1 its SubjectPublicKeyInfo
  std::uint8_t matching = 0;  ///< 0 the bytes themselves, 1 their SHA-256, 2 their SHA-512
  std::string data;           ///< raw bytes

  auto operator<=>(const TlsaRecord&) const = default;
};

/// Reads the data of a TLSA record as it comes over the wire. Errors: parse (shorter than its three numbers
/// and one byte); range (longer than DNS can carry). Pure, any thread.
Result<TlsaRecord> parse_tlsa_rdata(std::string_view rdata);

/// The wire form, as parse_tlsa_rdata reads it.
std::string tlsa_rdata(const TlsaRecord& record);

/// "3 1 1 " and the data as lower-case hexadecimal digits: the presentation form of RFC 6698 section 2.2.
std::string to_string(const TlsaRecord& record);

/// Whether a mail client that speaks DANE can make use of the record: usage 2 or 3, a selector and a matching
/// type that exist, a digest of the right length. All others it skips (RFC 7672 section 3.1.3, RFC 6698
/// section 4.1).
bool is_usable_for_smtp(const TlsaRecord& record);

/// Whether the text is the name of a host as DNS spells it: labels of 1-63 letters, digits, hyphens and
/// underscores, at most 253 bytes, a trailing dot allowed; no IP address. U-labels must be A-labels by then.
bool is_dns_host_name(std::string_view text);

/// The name at which the records of a service stand, absolute and in lower case:
/// "_25._tcp.mail.example.org." (RFC 6698 section 3). Errors: range (no host name, too long, port 0).
Result<std::string> tlsa_owner(std::string_view host, std::uint16_t port);

}  // namespace tlsward::base

#endif
