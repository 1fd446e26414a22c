#include "milter/log_line.h"

#include <fmt/format.h>

#include <iterator>

#include "base/text.h"

namespace tlsward::milter {
namespace {

using base::printable;

/// A certificate's name may be long, and two of them stand in one line.
constexpr std::size_t max_name = 128;

std::string_view message_id_of(std::string_view action) {
  if (action == "refuse") return message_id::refused;
  if (action == "defer") return message_id::deferred;
  if (action == "would-refuse") return message_id::would_refuse;
  if (action == "would-defer") return message_id::would_defer;
  return message_id::accepted;
}

std::string rule_place(const policy::Decision& decision) {
  if (decision.sender_rule) return decision.sender_rule->place();
  return decision.rule ? decision.rule->place() : "none";
}

std::string render_tls(const policy::Tls& tls, std::string_view cipher) {
  if (!tls.encrypted) return "none";
  const auto or_unknown = [](std::string_view text) {
    return text.empty() ? std::string("unknown") : printable(text, 64);
  };
  return fmt::format("{}:{}:{}", or_unknown(tls.version_name), or_unknown(cipher),
                     tls.bits ? std::to_string(*tls.bits) : "unknown");
}

bool judges_certificate(const policy::Rule& rule) {
  return rule.terms->verified;
}

/// Whether the names in the client's certificate had a part in it.
bool certificate_was_judged(const policy::Decision& decision) {
  if (decision.sender_rule) return judges_certificate(*decision.sender_rule);
  return decision.rule && judges_certificate(*decision.rule);
}

/// A client without a name comes with its address in brackets in place of one.
std::string client_name(std::string_view name) {
  return name.empty() || name.front() == '[' ? "unknown" : printable(name);
}

/// MAIL's argument without its brackets: the line has its own.
std::string_view bare_sender(std::string_view sender) {
  if (sender.size() >= 2 && sender.front() == '<' && sender.back() == '>')
    return sender.substr(1, sender.size() - 2);
  return sender;
}

}  // namespace

std::string_view action_name(const policy::Decision& decision) {
  switch (decision.outcome) {
    case policy::Outcome::accept: return "accept";
    case policy::Outcome::refuse: return decision.enforced ? "refuse" : "would-refuse";
    case policy::Outcome::defer: return decision.enforced ? "defer" : "would-defer";
  }
  return "accept";
}

std::string render_decision(const DecisionEvent& event) {
  const policy::Session& session = event.session;
  std::string out = fmt::format("{}: action={}, reason={}, rule={}, client={}[{}], tls={}",
                                event.queue_id.empty() ? "NOQUEUE" : printable(event.queue_id, 32),
                                action_name(event.decision), policy::reason_name(event.decision.reason),
                                printable(rule_place(event.decision)), client_name(event.client_name),
                                policy::to_string(session.client), render_tls(session.tls, event.cipher));
  if (session.tls.encrypted && certificate_was_judged(event.decision)) {
    fmt::format_to(std::back_inserter(out), ", verified={}", session.tls.verified ? "yes" : "no");
    if (session.tls.verified) {
      fmt::format_to(std::back_inserter(out), ", subject=\"{}\", issuer=\"{}\"",
                     printable(session.tls.subject, max_name), printable(session.tls.issuer, max_name));
    }
  }
  fmt::format_to(std::back_inserter(out), ", helo=<{}>, from=<{}>", printable(event.helo),
                 printable(bare_sender(event.sender), 320));
  if (event.decision.reply)
    fmt::format_to(std::back_inserter(out), ", reply=\"{}\"",
                   printable(policy::to_string(*event.decision.reply), 512));
  return out;
}

base::LogFields decision_fields(const DecisionEvent& event) {
  const std::string_view action = action_name(event.decision);
  const policy::Tls& tls = event.session.tls;
  return {{"MESSAGE_ID", std::string(message_id_of(action))},
          {"TLSWARD_ACTION", std::string(action)},
          {"TLSWARD_REASON", std::string(policy::reason_name(event.decision.reason))},
          {"TLSWARD_RULE", rule_place(event.decision)},
          {"TLSWARD_CLIENT_IP", policy::to_string(event.session.client)},
          {"TLSWARD_TLS_VERSION", tls.encrypted ? tls.version_name : "none"},
          {"TLSWARD_SENDER_DOMAIN", event.session.sender_domain}};
}

}  // namespace tlsward::milter
