#include "base/text.h"
#include "cli/explain.h"

namespace tlsward::cli {

void append_explanation_json(std::string& out, const policy::Session& session,
                             const policy::Decision& decision) {
  const auto append_rule = [&out](const policy::Rule& rule) { base::append_json_string(out, rule.place()); };
  out += "{\"client\":";
  base::append_json_string(out, policy::to_string(session.client));
  out += ",\"network\":";
  base::append_json_string(out, policy::network_name(decision, session));
  out += ",\"mode\":";
  base::append_json_string(out, policy::mode_name(policy::mode_of(decision)));
  out += ",\"rule\":";
  if (decision.rule && !decision.rule->is_built_in()) {
    append_rule(*decision.rule);
  } else {
    out += "null";
  }
  out += ",\"decision\":";
  base::append_json_string(out, policy::outcome_name(decision.outcome));
  out += decision.enforced ? ",\"enforced\":true,\"reply\":" : ",\"enforced\":false,\"reply\":";
  if (decision.reply) {
    base::append_json_string(out, policy::to_string(*decision.reply));
  } else {
    out += "null";
  }
  if (decision.sender_rule) {
    out += ",\"sender_rule\":";
    append_rule(*decision.sender_rule);
  }
  out += '}';
}

}  // namespace tlsward::cli
