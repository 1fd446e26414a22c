// Owns the comparison of a host's name with the names in a certificate (RFC 9525).
#ifndef TLSWARD_CERT_NAMES_H
#define TLSWARD_CERT_NAMES_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cert/certificate.h"

namespace tlsward::cert {

/// A host name as certificates write it: lower case, U-labels turned into A-labels (RFC 5890), no trailing
/// dot. Nothing for what is no host name: an empty label, a label over 63 or a name over 253 octets, other
/// characters than letters, digits, hyphens and underscores; an IP address is none either.
std::optional<std::string> normal_host(std::string_view text);

enum class NameMatch : std::uint8_t {
  none,
  by_alt_name,
  by_common_name,  ///< no subjectAltName says a host, and the common name matches: RFC 9525 lets peers refuse
};

/// Whether the certificate is for that host. `host`: a name (any case, U-labels or A-labels, with or without
/// trailing dot) or an IP address (with or without brackets), which only an iPAddress names. A wildcard
/// stands for one whole label, the left-most, and has two labels behind it at least (RFC 9525 section 6.3).
NameMatch match_name(const Certificate& certificate, std::string_view host);

/// The names that the certificate is for, printable, at most `limit` of them: "mx.example.com, 192.0.2.1 and
/// 3 more". "no name" where it has none.
std::string names_text(const Certificate& certificate, std::size_t limit = 5);

}  // namespace tlsward::cert

#endif
