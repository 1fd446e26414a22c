#include "cli/cert_dane.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/text.h"
#include "cert/checks.h"
#include "cert/dane_plan.h"
#include "cert/names.h"
#include "cert/tlsa.h"
#include "cli/cert_common.h"
#include "dns/direct.h"

namespace tlsward::cli {
namespace {

using std::chrono::steady_clock;

constexpr std::uint16_t smtp_port = 25;
constexpr std::uint16_t dns_port = 53;
constexpr std::chrono::seconds patience{5};         // for all names together: an install must not hang on DNS
constexpr std::chrono::seconds server_patience{5};  // for one authoritative server

cert::ChainBytes chain_bytes(const cert::Identity& identity) {
  cert::ChainBytes out;
  const auto add = [&](const cert::Certificate& c) {
    out.push_back({std::string(c.der()), std::string(c.spki_der())});
  };
  add(identity.leaf);
  for (const cert::Certificate& issuer : identity.chain) add(issuer);
  return out;
}

/// One host whose records are waited for.
struct Watched {
  std::string name;
  std::string owner;  ///< where its records stand
  dns::ZoneServers zone;
  cert::DaneWatch watch;
};

std::vector<cert::ServerRecords> ask_servers(const Watched& host) {
  std::vector<cert::ServerRecords> round;
  for (const dns::NameServer& server : host.zone.servers) {
    for (const net::Address& address : server.addresses) {
      const auto answer = dns::tlsa_at(address, dns_port, host.owner, steady_clock::now() + server_patience);
      round.push_back({fmt::format("{} ({})", base::printable(server.name, 255), net::to_string(address)),
                       answer.state != dns::ServerAnswer::State::failed, answer.ttl, answer.records});
    }
  }
  return round;
}

/// How it stands, for people; a change of it is worth a line.
std::string describe(const std::string& host, const cert::DanePlan& plan) {
  std::string out = host + ": ";
  for (const cert::IdentityPlan& identity : plan.identities) {
    if (identity.missing_at.empty()) continue;
    out += fmt::format("no record for {} at {}; publish one of:", identity.name,
                       fmt::join(identity.missing_at, ", "));
    for (const base::TlsaRecord& record : identity.wanted)
      out += fmt::format("\n  {}", base::to_string(record));
    out += '\n';
  }
  for (const std::string& server : plan.silent_servers) out += fmt::format("{} does not answer; ", server);
  if (plan.is_ready) return out + "every identity has its record everywhere, and for long enough";
  if (plan.ready_at) {
    return out + fmt::format("every identity has its record; no old answer is kept by anybody after {}",
                             base::render_time(*plan.ready_at));
  }
  return out + "waiting";
}

base::Result<std::vector<Watched>> watched_hosts(const std::vector<std::string>& names,
                                                 const dns::ResolverSettings& settings) {
  auto resolver = dns::Resolver::open(settings);
  if (!resolver) return resolver.error();
  std::vector<Watched> out;
  for (const std::string& name : names) {
    auto owner = base::tlsa_owner(name, smtp_port);
    if (!owner) return owner.error();
    auto zone = resolver->authoritative_servers(name, steady_clock::now() + patience);
    if (!zone) return zone.error();
    out.push_back({name, *std::move(owner), *std::move(zone), {}});
  }
  return out;
}

/// What one round of questions to all servers came to.
struct Round {
  bool is_ready = true;
  std::chrono::seconds ttl{0};
  std::string text;  ///< how it stands, for people
};

Round play_round(std::vector<Watched>& hosts, const std::vector<cert::PlannedIdentity>& planned) {
  Round round;
  for (Watched& host : hosts) {
    host.watch.observe(base::now(), ask_servers(host));
    const cert::DanePlan plan = host.watch.plan(planned, base::now());
    round.is_ready = round.is_ready && plan.is_ready;
    round.ttl = std::max(round.ttl, plan.ttl);
    round.text += (round.text.empty() ? "" : "\n") + describe(host.name, plan);
    if (!plan.is_ready) continue;
    for (const cert::OldRecord& old : plan.old_records) {
      round.text += fmt::format("\n{}: the old record {} must stay until {}", host.name,
                                base::to_string(old.record), base::render_time(old.keep_until));
    }
  }
  return round;
}

}  // namespace

dns::ResolverSettings resolver_settings(const Context& context) {
  dns::ResolverSettings settings;
  settings.forwarders = context.arguments.values("resolver");
  if (auto anchors = context.arguments.value("trust-anchor")) settings.anchor_file = *std::move(anchors);
  return settings;
}

DaneGate::DaneGate(Context& context, const std::vector<std::string>& hostnames) : context_(context) {
  for (const std::string& name : hostnames) {
    if (auto host = cert::normal_host(name)) names_.push_back(*std::move(host));
  }
  if (context.arguments.has("no-dns") || names_.empty()) return;
  auto resolver = dns::Resolver::open(resolver_settings(context));
  if (!resolver) {
    context.out.talk(fmt::format("TLSA records were not looked for: {}", resolver.error().message()));
    return;
  }
  const auto deadline = steady_clock::now() + patience;
  for (const std::string& name : names_) {
    auto answer = resolver->tlsa_records(name, smtp_port, deadline);
    if (answer.trust == dns::Trust::secure) {
      hosts_.push_back({name, std::move(answer)});
    } else if (answer.trust == dns::Trust::failed || answer.trust == dns::Trust::bogus) {
      context.out.talk(fmt::format("whether {} has TLSA records is not known: {}", base::printable(name, 255),
                                   answer.text));
    }
  }
}

bool DaneGate::is_designated(const cert::Certificate& certificate) const {
  const cert::ChainBytes bytes{{}, {std::string(certificate.der()), std::string(certificate.spki_der())}};
  return std::any_of(hosts_.begin(), hosts_.end(), [&](const Host& h) {
    return !cert::designated_issuers(h.answer.records, bytes).empty();
  });
}

void DaneGate::judge(cert::Verified& verified, const std::vector<std::string>& accepted) const {
  const cert::CheckInfo& info = cert::info_of(cert::Check::dane_mismatch);
  for (const Host& host : hosts_) {
    std::vector<std::string> unmatched;
    for (const cert::Identity& identity : verified.identities) {
      if (cert::judge_set(host.answer.records, chain_bytes(identity)) == cert::DaneVerdict::mismatch)
        unmatched.push_back(identity.leaf.key().text());
    }
    if (unmatched.empty()) continue;
    std::string text = fmt::format(
        "DNS designates other keys for {}, proven by DNSSEC: none of its {} TLSA records "
        "matches the new {} certificate",
        host.name, host.answer.records.size(), fmt::join(unmatched, " and "));
    auto finding = base::make_finding(info, {}, std::move(text),
                                      "servers that check DANE would send no mail here: publish the new "
                                      "record (tlsward cert tlsa), let it stand "
                                      "for twice its TTL, then install; --dane waits for that");
    // One that matches keeps those clients that choose it; none at all keeps nobody.
    const bool is_accepted = std::find(accepted.begin(), accepted.end(), info.name) != accepted.end();
    if (is_accepted || unmatched.size() < verified.identities.size())
      finding.severity = base::Severity::warning;
    add_finding(verified, std::move(finding));
  }
}

std::optional<Exit> DaneGate::wait(const std::vector<cert::Identity>& identities) {
  const auto fail = [&](const std::string& text) {
    context_.out.talk(fmt::format("--dane: {}", text));
    return Exit::unavailable;
  };
  if (names_.empty()) return fail("for which host? give --hostname");
  auto hosts = watched_hosts(names_, resolver_settings(context_));
  if (!hosts) return fail(hosts.error().message());
  std::vector<cert::PlannedIdentity> planned;
  planned.reserve(identities.size());
  for (const cert::Identity& identity : identities)
    planned.push_back({identity.leaf.key().text(), chain_bytes(identity)});
  std::string told;
  for (;;) {
    Round round = play_round(*hosts, planned);
    if (round.text != told) context_.out.talk(round.text);
    if (round.is_ready) return std::nullopt;
    told = std::move(round.text);
    std::this_thread::sleep_for(
        std::clamp<std::chrono::seconds>(round.ttl / 4, std::chrono::seconds(1), std::chrono::seconds(60)));
  }
}

}  // namespace tlsward::cli
