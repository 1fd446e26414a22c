// Owns the one line that says why a message was refused, and its fields in the journal.
#ifndef TLSWARD_MILTER_LOG_LINE_H
#define TLSWARD_MILTER_LOG_LINE_H

#include <string>
#include <string_view>

#include "base/log.h"
#include "policy/decision.h"
#include "policy/session.h"

namespace tlsward::milter {

/// All that a decision's line tells. Texts are as they came from outside.
struct DecisionEvent {
  const policy::Session& session;
  const policy::Decision& decision;
  std::string_view queue_id;     ///< empty: NOQUEUE
  std::string_view client_name;  ///< empty: "unknown"
  std::string_view cipher;
  std::string_view helo;
  std::string_view sender;  ///< as in MAIL FROM, brackets and all
};

/// "accept", "refuse", "defer", and "would-refuse", "would-defer" for what is not carried out.
std::string_view action_name(const policy::Decision& decision);

/// `NOQUEUE: action=refuse, reason=not-encrypted, rule=access:12, client=name[addr], tls=none, helo=<...>,
/// from=<...>, reply="530 5.7.0 ..."`. Where a certificate was judged, `verified=` and the names follow
/// `tls=`. Printable, bounded.
std::string render_decision(const DecisionEvent& event);

/// The same for the journal: TLSWARD_ACTION, _REASON, _RULE, _CLIENT_IP, _TLS_VERSION, _SENDER_DOMAIN, and a
/// MESSAGE_ID by action.
base::LogFields decision_fields(const DecisionEvent& event);

/// The MESSAGE_ID values of what is logged apart from decisions; `journalctl MESSAGE_ID=...` finds them. In
/// the manual.
namespace message_id {
constexpr std::string_view started = "5d7c2a8e41f84b0d9c3f6be1a7d01b42";
constexpr std::string_view stopped = "0f3b96d27a5e4c8fb1e86a94c2d5e703";
constexpr std::string_view reloaded = "9b41e7f05c2d4f6ea8d37190be62fc15";
constexpr std::string_view reload_failed = "c26f08a3d95b4e71862cf4e0b13a97d8";
constexpr std::string_view internal_failure = "71e5d4b90c3a4826bf97d21e6a08c5f3";
constexpr std::string_view refused = "e8a06c31b7f24d95a0c4d8f72153be69";
constexpr std::string_view deferred = "34d9f1b6e08c4a7db25e9f7c60a1d382";
constexpr std::string_view would_refuse = "a7b2c94e5f1640d38d6be03f9c8215d4";
constexpr std::string_view would_defer = "16c8e3f7d2a94b05bd41f60e97a83c2e";
constexpr std::string_view accepted = "f20d8b65a19c4e3784ea5c70d3b6918f";
}  // namespace message_id

}  // namespace tlsward::milter

#endif
