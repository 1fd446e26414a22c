// Owns the words of a rule that are not networks: modes and TLS versions.
#ifndef TLSWARD_POLICY_MODE_H
#define TLSWARD_POLICY_MODE_H

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tlsward::policy {

/// What a network must fulfil (001_5dabaf8d1215cc20.txt has the first two, 004_0505d31b11d3b4e2.txt the
/// connection control).
enum class Mode : std::uint8_t {
  required,   ///< mail only over TLS that fulfils the conditions
  available,  ///< TLS offered, nothing asked
  none,       ///< TLS not even offered (the MTA's part), so nothing asked
  deny,       ///< no mail from there
  exempt,     ///< not judged, not counted
};

/// "required", "available", "none", "deny", "exempt".
std::string_view mode_name(Mode mode);
std::optional<Mode> parse_mode(std::string_view text);

/// A version of TLS by its number on the wire (RFC 8446 section 4.2.1: TLS 1.2 is 0x0303), so that versions
/// compare.
struct TlsVersion {
  std::uint16_t wire = 0;
  auto operator<=>(const TlsVersion&) const = default;

  /// Reads what MTAs say: "TLSv1", "TLSv1.2", "SSLv3" (ASCII case ignored). Nothing for what is no such name:
  /// a condition on the version is then not fulfilled.
  static std::optional<TlsVersion> parse(std::string_view text);
};

/// The four that `min-protocol` takes: "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3".
std::optional<TlsVersion> parse_min_protocol(std::string_view text);

/// "TLSv1.2".
std::string to_string(TlsVersion version);

}  // namespace tlsward::policy

#endif
