// Owns how one decision is told by `access explain`: as JSON, and as text for people.
#ifndef TLSWARD_CLI_EXPLAIN_H
#define TLSWARD_CLI_EXPLAIN_H

#include <string>

#include "policy/decision.h"
#include "policy/session.h"

namespace tlsward::cli {

/// Appends the object of DESIGN section 11, without a line feed: client, network, mode, rule, decision,
/// enforced, reply, and sender_rule where a sender rule decided.
void append_explanation_json(std::string& out, const policy::Session& session,
                             const policy::Decision& decision);

/// The answer for people: what happens, by which rule and why, which rules were passed over, which stand
/// behind it. Reads the list's text once more for that.
std::string render_explanation(const std::string& list, const policy::Session& session,
                               const policy::Decision& decision, policy::Seconds at);

}  // namespace tlsward::cli

#endif
