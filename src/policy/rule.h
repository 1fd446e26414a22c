// Owns Rule: one line of the access list as a session meets it.
#ifndef TLSWARD_POLICY_RULE_H
#define TLSWARD_POLICY_RULE_H

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "net/prefix.h"
#include "policy/mode.h"

namespace tlsward::policy {

using base::Seconds;

/// All of a rule that stands behind its network. Rules that say the same share one.
struct Terms {
  Mode mode = Mode::available;
  std::optional<TlsVersion> min_protocol;
  std::optional<std::uint32_t> min_bits;  ///< of the cipher, as the MTA counts them
  bool verified = false;                  ///< also where `subject` or `issuer` is set
  std::string subject;                    ///< glob for the client certificate's common name; empty: any
  std::string issuer;                     ///< glob for its issuer's common name; empty: any
  bool report = false;                    ///< log and count only
  std::optional<Seconds> from;            ///< as `report` before this second
  std::optional<Seconds>
      until_end;  ///< the rule is gone from this second on (the midnight after its `until` day)
  std::optional<std::chrono::year_month_day> until_day;
  bool tempfail = false;  ///< reply-with=tempfail
  std::string owner;
  std::string note;

  /// Whether the two decide alike at every time; `owner` and `note` decide nothing.
  [[nodiscard]] bool decides_like(const Terms& other) const;
  /// Whether time or `report` may make the rule step back for the one around it.
  [[nodiscard]] bool is_conditional() const { return report || from || until_end; }
  [[nodiscard]] bool is_gone(Seconds now) const { return until_end && now >= *until_end; }
  [[nodiscard]] bool is_only_reported(Seconds now) const { return report || (from && now < *from); }
  [[nodiscard]] bool can_refuse() const { return mode == Mode::required || mode == Mode::deny; }
};

/// What a rule is for.
enum class Subject : std::uint8_t {
  prefix,      ///< a network
  everything,  ///< `default`
  local,       ///< a client on a Unix socket
  unknown,     ///< a client whose address the MTA could not tell
  sender,      ///< sender:DOMAIN
  listener,    ///< listener:NAME
};

/// One rule. Copies are cheap: they share what is long. Any thread.
struct Rule {
  std::shared_ptr<const Terms> terms;
  std::shared_ptr<const std::string> file;  ///< relative to the list's folder; null for a built-in rule
  std::uint32_t line = 0;
  Subject subject = Subject::prefix;
  std::uint8_t bits = 0;  ///< with Subject::prefix, the network's length; its address is the client's

  [[nodiscard]] bool is_built_in() const { return file == nullptr; }
  /// "access:12", or "built-in".
  [[nodiscard]] std::string place() const;
};

}  // namespace tlsward::policy

#endif
