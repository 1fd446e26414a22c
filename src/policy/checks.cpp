#include "policy/checks.h"

#include <array>

namespace tlsward::policy {
namespace {

using base::Severity;

// In the order of the enumeration: info_of relies on it, and a test checks it.
constexpr std::array checks{
    CheckInfo{Check::unreadable, "unreadable", Severity::error,
              "a file of the list cannot be read, is no regular file, or is too large"},
    CheckInfo{Check::not_utf8, "not-utf8", Severity::error, "the file is not UTF-8 text"},
    CheckInfo{Check::nul_byte, "nul-byte", Severity::error, "the file holds a NUL byte, so it is no text"},
    CheckInfo{Check::control_character, "control-character", Severity::error,
              "a line holds a control character other than a tab"},
    CheckInfo{Check::line_too_long, "line-too-long", Severity::error, "a line is longer than 4096 bytes"},
    CheckInfo{Check::bad_address, "bad-address", Severity::error,
              "the first word is no address, network, range or keyword"},
    CheckInfo{Check::leading_zero, "leading-zero", Severity::error,
              "an octet has a leading zero, which some programs read as octal"},
    CheckInfo{Check::zone, "zone", Severity::error,
              "an IPv6 address carries a zone, which has a meaning on one machine only"},
    CheckInfo{Check::bad_length, "bad-length", Severity::error,
              "a prefix length is no number or out of range"},
    CheckInfo{Check::mask_hole, "mask-hole", Severity::error, "a netmask is not ones followed by zeros"},
    CheckInfo{Check::mixed_families, "mixed-families", Severity::error,
              "IPv4 and IPv6 are mixed in one network"},
    CheckInfo{Check::range_order, "range-order", Severity::error,
              "a range's last address is below its first"},
    CheckInfo{Check::junk, "junk", Severity::error, "something stands behind a whole address"},
    CheckInfo{Check::host_bits, "host-bits", Severity::warning,
              "bits behind the mask are set; the network is taken without them"},
    CheckInfo{Check::bad_domain, "bad-domain", Severity::error, "a sender rule's domain is no domain name"},
    CheckInfo{Check::bad_listener, "bad-listener", Severity::error,
              "a listener rule has no name, or one that no MTA can send"},
    CheckInfo{Check::missing_mode, "missing-mode", Severity::error, "a rule has a network and no mode"},
    CheckInfo{Check::unknown_mode, "unknown-mode", Severity::error, "the second word is no mode"},
    CheckInfo{Check::sender_mode, "sender-mode", Severity::error,
              "a sender rule takes required and available only"},
    CheckInfo{Check::listener_mode, "listener-mode", Severity::error,
              "a listener rule takes exempt and report only"},
    CheckInfo{Check::unknown_condition, "unknown-condition", Severity::error,
              "a word behind the mode is no condition"},
    CheckInfo{Check::bad_value, "bad-value", Severity::error, "a condition's value is not one that it takes"},
    CheckInfo{Check::missing_value, "missing-value", Severity::error,
              "a condition that takes a value has none, or one that takes none has one"},
    CheckInfo{Check::doubled_condition, "doubled-condition", Severity::error,
              "a condition is given twice in one rule"},
    CheckInfo{Check::condition_for_mode, "condition-for-mode", Severity::error,
              "a condition does not go with the rule's mode"},
    CheckInfo{Check::unclosed_quote, "unclosed-quote", Severity::error,
              "a quoted value does not end on its line"},
    CheckInfo{Check::until_before_from, "until-before-from", Severity::error, "a rule ends before it begins"},
    CheckInfo{Check::from_without_effect, "from-without-effect", Severity::warning,
              "a rule has report and from=; it is never enforced"},
    CheckInfo{Check::conflict, "conflict", Severity::error,
              "the same network stands twice with different rules"},
    CheckInfo{Check::duplicate, "duplicate", Severity::warning,
              "the same network stands twice with the same rule"},
    CheckInfo{Check::include_missing, "include-missing", Severity::error, "an included file does not exist"},
    CheckInfo{Check::include_loop, "include-loop", Severity::error,
              "a file includes itself, directly or through others"},
    CheckInfo{Check::include_depth, "include-depth", Severity::error,
              "files include each other more than 8 deep"},
    CheckInfo{Check::include_pattern, "include-pattern", Severity::error,
              "an include line names no file, or more than one"},
    CheckInfo{Check::too_many_files, "too-many-files", Severity::error,
              "the list includes more than 1000 files"},
    CheckInfo{Check::default_required, "default-required", Severity::error,
              "everybody would have to use TLS, which a public mail server must not ask"},
    CheckInfo{Check::default_deny, "default-deny", Severity::error,
              "everybody would be refused but those listed"},
    CheckInfo{Check::no_rules, "no-rules", Severity::error, "the list has no rule"},
    CheckInfo{Check::verified_any, "verified-any", Severity::warning,
              "verified alone accepts any certificate of any CA that the MTA trusts"},
    CheckInfo{Check::report_inside_enforced, "report-inside-enforced", Severity::warning,
              "a report rule stands inside a network whose enforced rule goes on refusing"},
    CheckInfo{Check::expired, "expired", Severity::warning,
              "a rule's until= day is past; the network around it decides"},
    CheckInfo{Check::ends_soon, "ends-soon", Severity::warning, "a rule's until= day is within 14 days"},
    CheckInfo{Check::redundant, "redundant", Severity::info,
              "a rule says what the network around it says already"},
    CheckInfo{Check::more_findings, "more-findings", Severity::info, "there are more findings than are told"},
};

}  // namespace

std::span<const CheckInfo> all_checks() {
  return checks;
}

const CheckInfo& info_of(Check check) {
  return checks[static_cast<std::size_t>(check)];
}

}  // namespace tlsward::policy
