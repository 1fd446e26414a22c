// Owns what stands behind the network: the mode and the conditions of a rule.
#ifndef TLSWARD_POLICY_ACCESS_TERMS_H
#define TLSWARD_POLICY_ACCESS_TERMS_H

#include <optional>
#include <string_view>

#include "policy/finding_log.h"
#include "policy/rule.h"

namespace tlsward::policy {

/// Parses "required min-bits=256 ..." for a rule on `subject`. `place` is the line, its column that of the
/// first byte of `text`
/// (`subject_column` that of the rule's first word). What is wrong goes to `log`, all of it; nothing comes
/// back then. Findings that are no errors go there as well. Dates are days of local time.
std::optional<Terms> parse_terms(std::string_view text, Subject subject, const Place& place,
                                 std::uint32_t subject_column, Seconds now, FindingLog& log);

/// A warning starts so many days before the last day of an until= rule.
constexpr std::chrono::days ends_soon_days{14};

}  // namespace tlsward::policy

#endif
