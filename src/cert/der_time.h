// Owns the times of certificates as they stand in DER.
#ifndef TLSWARD_CERT_DER_TIME_H
#define TLSWARD_CERT_DER_TIME_H

#include <chrono>
#include <optional>
#include <string_view>

namespace tlsward::cert {

/// Takes a UTCTime (two-digit years: 1950 to 2049) or GeneralizedTime off `in` (RFC 5280 section 4.1.2.5);
/// always UTC, seconds may be missing, fractions are dropped. Nothing for what is no time. Read here because
/// GnuTLS gives 9999-12-31, "no end", as a time in 2106.
std::optional<std::chrono::sys_seconds> take_time(std::string_view& in);

}  // namespace tlsward::cert

#endif
