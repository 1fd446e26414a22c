// Owns the ladder of expiry: how urgent it is to replace a certificate.
#ifndef TLSWARD_CERT_EXPIRY_H
#define TLSWARD_CERT_EXPIRY_H

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tlsward::cert {

/// The rungs, least urgent first.
enum class ExpiryStage : std::uint8_t { fine, warning, critical, last_day, expired };

/// "fine", "warning", "critical", "last-day", "expired".
std::string_view stage_name(ExpiryStage stage);

/// How much life is left when each rung begins; a rung begins in the second at which that much is left.
struct ExpiryLadder {
  std::chrono::seconds warning = std::chrono::days{30};
  std::chrono::seconds critical = std::chrono::days{3};
  std::chrono::seconds last_day = std::chrono::hours{24};
};

/// The ladder for a certificate of that life: the usual one, but no rung begins before the share of the life
/// that it may take is left (a third, a tenth, a thirtieth), so that short-lived certificates do not alarm
/// from their first day.
ExpiryLadder ladder_for(std::chrono::sys_seconds not_before, std::chrono::sys_seconds not_after);

/// Which rung `now` is on. `not_after` itself is the last second of life (RFC 5280 section 4.1.2.5): expired
/// is from the second after. 000_… asks for 30 days, 3 days, 24 hours.
ExpiryStage expiry_stage(std::chrono::sys_seconds not_after, std::chrono::sys_seconds now,
                         const ExpiryLadder& ladder = {});

/// What is left, for people: "29 days", "1 day", "23 hours", "40 minutes", "59 seconds", "expired 3 days
/// ago".
std::string remaining_text(std::chrono::sys_seconds not_after, std::chrono::sys_seconds now);

}  // namespace tlsward::cert

#endif
