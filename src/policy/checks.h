// Owns the names of the access list's checks. The manual lists them, and a test holds the two together.
#ifndef TLSWARD_POLICY_CHECKS_H
#define TLSWARD_POLICY_CHECKS_H

#include <cstdint>
#include <span>
#include <string_view>

#include "base/finding.h"

namespace tlsward::policy {

/// Everything that can be said about an access list.
enum class Check : std::uint8_t {
  unreadable,
  not_utf8,
  nul_byte,
  control_character,
  line_too_long,
  bad_address,
  leading_zero,
  zone,
  bad_length,
  mask_hole,
  mixed_families,
  range_order,
  junk,
  host_bits,
  bad_domain,
  bad_listener,
  missing_mode,
  unknown_mode,
  sender_mode,
  listener_mode,
  unknown_condition,
  bad_value,
  missing_value,
  doubled_condition,
  condition_for_mode,
  unclosed_quote,
  until_before_from,
  from_without_effect,
  conflict,
  duplicate,
  include_missing,
  include_loop,
  include_depth,
  include_pattern,
  too_many_files,
  default_required,
  default_deny,
  no_rules,
  verified_any,
  report_inside_enforced,
  expired,
  ends_soon,
  redundant,
  more_findings,
};

using CheckInfo = base::CheckInfo<Check>;

/// All of them, in the order of the manual.
std::span<const CheckInfo> all_checks();
const CheckInfo& info_of(Check check);

}  // namespace tlsward::policy

#endif
