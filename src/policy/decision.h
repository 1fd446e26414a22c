// Owns the decision: one pure function of rules, session and time, which the milter and the command line both
// call.
#ifndef TLSWARD_POLICY_DECISION_H
#define TLSWARD_POLICY_DECISION_H

#include <optional>
#include <string>
#include <string_view>

#include "policy/access_list.h"
#include "policy/reply.h"
#include "policy/rule.h"
#include "policy/session.h"

namespace tlsward::policy {

enum class Outcome : std::uint8_t { accept, refuse, defer };

/// "accept", "refuse", "defer".
std::string_view outcome_name(Outcome outcome);

/// Why a session falls short of a rule.
enum class Reason : std::uint8_t {
  none,
  denied,
  not_encrypted,
  weak_protocol,
  weak_cipher,
  not_verified,
  wrong_subject,
  wrong_issuer,
  own_tls_unhealthy
};

/// "not-encrypted" and so on, as the log has it; "none" for no reason.
std::string_view reason_name(Reason reason);

/// What the configuration adds to the list.
struct Settings {
  bool enforce = false;  ///< false: nothing is carried out, all is told
  bool exempt_authenticated =
      true;  ///< a client that authenticated over TLS is not judged by certificate, sender or `deny`
  std::string help_url;  ///< appended to every reply's text
};

/// What is to be done with one MAIL command.
struct Decision {
  Outcome outcome = Outcome::accept;
  bool enforced = false;  ///< false: the outcome is only logged and counted, the message goes on
  Reason reason = Reason::none;
  std::optional<Rule> rule;  ///< the network's (or listener's) rule; nothing: none matched, so `available`
  std::optional<Rule> sender_rule;  ///< where that decided
  std::optional<Reply> reply;       ///< nothing when accepted; the exact reply also when only reported

  /// Whether the client is told anything but "go on".
  [[nodiscard]] bool is_carried_out() const { return enforced && outcome != Outcome::accept; }
};

/// Decides one MAIL command. DESIGN section 3; RFC 3207 section 4 (530) and 4.1 (554). Pure, any thread.
/// In order: a listener rule; the longest network whose rule is in force (not gone by `until`, not held back
/// by `report` or `from`); the sender's rule unless the network's is final (deny, exempt, none). What a rule
/// held back would refuse comes out as a refusal that is not enforced, when nothing enforced refuses.
Decision decide(const RuleSet& rules, const Session& session, const Settings& settings, Seconds now,
                OwnTls own_tls = OwnTls::unknown);

/// The `network` of DESIGN section 11 for a decision: the rule's prefix (of `client`), "default", "local",
/// "unknown" or "listener:NAME".
std::string network_name(const Decision& decision, const Session& session);

/// The decision's mode; `available` where no rule matched.
Mode mode_of(const Decision& decision);

}  // namespace tlsward::policy

#endif
