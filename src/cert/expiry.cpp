#include "cert/expiry.h"

#include <fmt/format.h>

#include <algorithm>

namespace tlsward::cert {

std::string_view stage_name(ExpiryStage stage) {
  switch (stage) {
    case ExpiryStage::fine: return "fine";
    case ExpiryStage::warning: return "warning";
    case ExpiryStage::critical: return "critical";
    case ExpiryStage::last_day: return "last-day";
    case ExpiryStage::expired: return "expired";
  }
  return "expired";
}

ExpiryLadder ladder_for(std::chrono::sys_seconds not_before, std::chrono::sys_seconds not_after) {
  ExpiryLadder ladder;
  const auto life = std::max(not_after - not_before, std::chrono::seconds{0});
  ladder.warning = std::min(ladder.warning, life / 3);
  ladder.critical = std::min(ladder.critical, life / 10);
  ladder.last_day = std::min(ladder.last_day, life / 30);
  return ladder;
}

ExpiryStage expiry_stage(std::chrono::sys_seconds not_after, std::chrono::sys_seconds now,
                         const ExpiryLadder& ladder) {
  if (now > not_after) return ExpiryStage::expired;
  const auto left = not_after - now;
  if (left <= ladder.last_day) return ExpiryStage::last_day;
  if (left <= ladder.critical) return ExpiryStage::critical;
  if (left <= ladder.warning) return ExpiryStage::warning;
  return ExpiryStage::fine;
}

std::string remaining_text(std::chrono::sys_seconds not_after, std::chrono::sys_seconds now) {
  const bool is_over = now > not_after;
  const auto seconds = is_over ? now - not_after : not_after - now;
  const auto count = [](auto value, std::string_view unit) {
    return fmt::format("{} {}{}", value.count(), unit, value.count() == 1 ? "" : "s");
  };
  std::string text;
  if (seconds >= std::chrono::days{1}) {
    text = count(std::chrono::floor<std::chrono::days>(seconds), "day");
  } else if (seconds >= std::chrono::hours{1}) {
    text = count(std::chrono::floor<std::chrono::hours>(seconds), "hour");
  } else if (seconds >= std::chrono::minutes{1}) {
    text = count(std::chrono::floor<std::chrono::minutes>(seconds), "minute");
  } else {
    text = count(seconds, "second");
  }
  return is_over ? fmt::format("expired {} ago", text) : text;
}

}  // namespace tlsward::cert
