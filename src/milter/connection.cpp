#include "milter/connection.h"

#include <algorithm>
#include <string>

#include "base/clock.h"
#include "milter/log_line.h"
#include "policy/sender.h"

namespace tlsward::milter {
namespace {

/// A copy of just the size it needs, with its closing zero.
std::unique_ptr<char[]> kept(std::string_view text) {  // NOLINT(modernize-avoid-c-arrays)
  const std::size_t size = std::min(text.size(), max_kept_name);
  auto out = std::make_unique<char[]>(size + 1);  // NOLINT(modernize-avoid-c-arrays)
  std::copy_n(text.begin(), size, out.get());
  return out;
}

std::string_view text_of(const std::unique_ptr<char[]>& kept_text) {  // NOLINT(modernize-avoid-c-arrays)
  return kept_text == nullptr ? std::string_view() : std::string_view(kept_text.get());
}

bool any_may_refuse(const policy::RuleSet& rules) {
  if (rules.senders != nullptr) return true;
  return std::any_of(rules.networks.begin(), rules.networks.end(),
                     [](const policy::Rule& r) { return r.terms->can_refuse(); });
}

}  // namespace

void Connection::connect(const Service& service, const ConnectInfo& info) {
  mta_ = mta_kind(service.mta, info.mta_version);
  client_ = info.client;
  service.list.get()->collect(client_, info.listener, rules_);
  rules_.networks.shrink_to_fit();
  may_refuse_ = any_may_refuse(rules_);
  if (may_refuse_) name_ = kept(info.name);
  state_ = State::connected;
}

void Connection::helo(std::string_view name) {
  if (may_refuse_) helo_ = kept(name);
}

policy::Decision Connection::mail(const Service& service, const MailMacros& macros,
                                  std::string_view sender) const {
  policy::Session session;
  session.client = client_;
  session.listener = macros.daemon_name;
  session.tls = read_tls(macros, mta_);
  session.authenticated = !macros.auth_authen.empty();
  session.sender_domain = policy::sender_domain(sender);
  const base::Seconds now = base::now();
  policy::Decision decision =
      policy::decide(rules_, session, service.settings, now, service.health.own_tls());
  const base::LogLevel level =
      decision.outcome == policy::Outcome::accept ? base::LogLevel::debug : base::LogLevel::info;
  if (service.log.takes(level)) {
    const DecisionEvent event{session,       decision,       macros.queue_id, text_of(name_),
                              macros.cipher, text_of(helo_), sender};
    service.log.write(level, render_decision(event), decision_fields(event));
  }
  service.sink.record({session, decision, now});
  return decision;
}

}  // namespace tlsward::milter
