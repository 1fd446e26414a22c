#include "milter/connection.h"

#include <algorithm>
#include <string>

#include "base/clock.h"
#include "milter/log_line.h"
#include "policy/sender.h"

namespace tlsward::milter {
namespace {

/// Both in one block of just the size it needs, each with a zero behind it.
std::unique_ptr<char[]> kept(std::string_view name,
                             std::string_view helo) {  // NOLINT(modernize-avoid-c-arrays)
  name = name.substr(0, std::min(name.size(), max_kept_name));
  helo = helo.substr(0, std::min(helo.size(), max_kept_name));
  auto out = std::make_unique<char[]>(name.size() + helo.size() + 2);  // NOLINT(modernize-avoid-c-arrays)
  std::copy(name.begin(), name.end(), out.get());
  std::copy(helo.begin(), helo.end(), out.get() + name.size() + 1);
  return out;
}

bool any_may_refuse(const policy::RuleSet& rules) {
  if (rules.senders != nullptr) return true;
  return std::any_of(rules.networks.begin(), rules.networks.end(),
                     [](const policy::Rule& r) { return r.terms->can_refuse(); });
}

}  // namespace

std::string_view Connection::client_name() const {
  return names_ == nullptr ? std::string_view() : std::string_view(names_.get());
}

std::string_view Connection::helo_name() const {
  return names_ == nullptr ? std::string_view() : std::string_view(names_.get() + client_name().size() + 1);
}

policy::Client Connection::client() const {
  return {kind_, kind_ == policy::Client::Kind::address ? net::Address{family_, address_high_, address_low_}
                                                        : net::Address()};
}

void Connection::set_client(const policy::Client& client) {
  kind_ = client.kind;
  family_ = client.address.family;
  address_high_ = client.address.high;
  address_low_ = client.address.low;
}

void Connection::take_rules(Service& service, std::string_view listener) {
  policy::RuleSet fresh;
  service.list.get()->collect(client(), listener, fresh);
  may_refuse_ = any_may_refuse(fresh);
  rules_ = service.rule_sets.share(std::move(fresh));
}

void Connection::connect(Service& service, const ConnectInfo& info) {
  rules_.reset();
  names_.reset();
  mta_ = mta_kind(service.mta, info.mta_version);
  set_client(info.client);
  take_rules(service, info.listener);
  if (may_refuse_) names_ = kept(info.name, {});
}

void Connection::helo(std::string_view name) {
  if (may_refuse_) names_ = kept(client_name(), name);
}

policy::Decision Connection::mail(Service& service, const MailMacros& macros, std::string_view sender) {
  if (kind_ == policy::Client::Kind::unknown) {
    if (const auto said = read_client_addr(macros.client_addr)) {
      set_client(policy::Client::at(*said));
      take_rules(service, macros.daemon_name);
    }
  }
  policy::Session session;
  session.client = client();
  session.listener = macros.daemon_name;
  session.tls = read_tls(macros, mta_);
  session.authenticated = !macros.auth_authen.empty();
  session.sender_domain = policy::sender_domain(sender);
  const base::Seconds now = base::now();
  policy::Decision decision =
      policy::decide(*rules_, session, service.settings, now, service.health.own_tls());
  const base::LogLevel level =
      decision.outcome == policy::Outcome::accept ? base::LogLevel::debug : base::LogLevel::info;
  if (service.log.takes(level)) {
    const DecisionEvent event{session,       decision,    macros.queue_id, client_name(),
                              macros.cipher, helo_name(), sender};
    service.log.write(level, render_decision(event), decision_fields(event));
  }
  service.sink.record({session, decision, now});
  return decision;
}

}  // namespace tlsward::milter
