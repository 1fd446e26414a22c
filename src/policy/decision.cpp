#include "policy/decision.h"

#include <fmt/format.h>

#include "base/text.h"

namespace tlsward::policy {
namespace {

/// How a session fares under one rule.
struct Judgement {
  Outcome outcome = Outcome::accept;
  Reason reason = Reason::none;
  std::string code;
  std::string enhanced;
  std::string text;
};

Judgement refusal(const Terms& terms, Reason reason, std::string code, std::string enhanced,
                  std::string text) {
  if (terms.tempfail) return Judgement{Outcome::defer, reason, "450", "4.7.0", std::move(text)};
  return Judgement{Outcome::refuse, reason, std::move(code), std::move(enhanced), std::move(text)};
}

Judgement too_weak(const Terms& terms, Reason reason, std::string text) {
  return refusal(terms, reason, "554", "5.7.1", std::move(text));
}

/// The version and cipher conditions; what cannot be read does not fulfil them.
std::optional<Judgement> judge_strength(const Terms& terms, const Tls& tls) {
  if (terms.min_protocol && (!tls.version || *tls.version < *terms.min_protocol)) {
    const std::string had = tls.version ? to_string(*tls.version) : "An unknown TLS version";
    return too_weak(
        terms, Reason::weak_protocol,
        fmt::format("{} is too weak here, {} or better is required", had, to_string(*terms.min_protocol)));
  }
  if (terms.min_bits && (!tls.bits || *tls.bits < *terms.min_bits)) {
    const std::string had =
        tls.bits ? fmt::format("A cipher of {} bits", *tls.bits) : "A cipher of unknown strength";
    return too_weak(terms, Reason::weak_cipher,
                    fmt::format("{} is too weak here, {} bits or more are required", had, *terms.min_bits));
  }
  return std::nullopt;
}

/// The conditions on the client's certificate. One text for all, as RFC 3207 section 4.1 wants no more than
/// that said.
std::optional<Judgement> judge_certificate(const Terms& terms, const Tls& tls) {
  Reason reason = Reason::none;
  if (terms.verified && !tls.verified) {
    reason = Reason::not_verified;
  } else if (!terms.subject.empty() &&
             (tls.subject.empty() || !base::glob_matches(terms.subject, tls.subject))) {
    reason = Reason::wrong_subject;
  } else if (!terms.issuer.empty() && (tls.issuer.empty() || !base::glob_matches(terms.issuer, tls.issuer))) {
    reason = Reason::wrong_issuer;
  }
  if (reason == Reason::none) return std::nullopt;
  return refusal(terms, reason, "554", "5.7.1", "A verified client certificate is required here");
}

/// Judges a session by one rule, whether or not that rule is in force.
class Judge {
 public:
  Judge(const Session& session, const Settings& settings, OwnTls own_tls)
      : session_(session),
        own_tls_(own_tls),
        trusted_user_(settings.exempt_authenticated && session.authenticated && session.tls.encrypted) {}

  /// An authenticated user over TLS is not asked for more than TLS itself.
  [[nodiscard]] bool is_trusted_user() const { return trusted_user_; }

  [[nodiscard]] Judgement by(const Terms& terms) const {
    if (terms.mode == Mode::deny && !trusted_user_) {
      return refusal(terms, Reason::denied, "554", "5.7.1",
                     fmt::format("Mail from [{}] is not accepted here", to_string(session_.client)));
    }
    if (terms.mode != Mode::required) return {};
    if (!session_.tls.encrypted) {
      if (own_tls_ == OwnTls::unhealthy) {
        return Judgement{Outcome::defer, Reason::own_tls_unhealthy, "451", "4.7.0",
                         "TLS is required here and not available now, try again later"};
      }
      return refusal(terms, Reason::not_encrypted, "530", "5.7.0", "Must issue a STARTTLS command first");
    }
    if (auto weak = judge_strength(terms, session_.tls)) return *std::move(weak);
    if (!trusted_user_) {
      if (auto wrong = judge_certificate(terms, session_.tls)) return *std::move(wrong);
    }
    return {};
  }

 private:
  const Session& session_;
  OwnTls own_tls_;
  bool trusted_user_;
};

/// Out of rules from the longest to the shortest: the one in force now, or the one that would be if nothing
/// were held back.
template <class Rules, class Deref>
const Rule* rule_in_force(const Rules& rules, Seconds now, bool held_back_too, Deref&& deref) {
  for (const auto& item : rules) {
    const Rule& rule = deref(item);
    if (rule.terms->is_gone(now) || (!held_back_too && rule.terms->is_only_reported(now))) continue;
    return &rule;
  }
  return nullptr;
}

/// A network's and a sender's rule together, with what comes of them.
struct World {
  const Rule* network = nullptr;
  const Rule* sender = nullptr;
  bool by_sender = false;
  Judgement judgement;
};

bool is_final(const Rule* network) {
  if (network == nullptr) return false;
  const Mode mode = network->terms->mode;
  return mode == Mode::deny || mode == Mode::exempt || mode == Mode::none;
}

World judge_world(const RuleSet& rules, const std::vector<const Rule*>& senders, const Judge& judge,
                  Seconds now, bool held_back_too) {
  World world;
  world.network =
      rule_in_force(rules.networks, now, held_back_too, [](const Rule& r) -> const Rule& { return r; });
  if (world.network != nullptr) world.judgement = judge.by(*world.network->terms);
  if (world.judgement.outcome != Outcome::accept || is_final(world.network) || judge.is_trusted_user())
    return world;
  world.sender = rule_in_force(senders, now, held_back_too, [](const Rule* r) -> const Rule& { return *r; });
  if (world.sender != nullptr) {
    world.judgement = judge.by(*world.sender->terms);
    world.by_sender = world.judgement.outcome != Outcome::accept;
  }
  return world;
}

Decision conclude(World&& world, bool enforced, const Settings& settings) {
  Decision out;
  out.outcome = world.judgement.outcome;
  out.enforced = enforced && settings.enforce;
  out.reason = world.judgement.reason;
  if (world.network != nullptr) out.rule = *world.network;
  if (world.by_sender) out.sender_rule = *world.sender;
  if (out.outcome != Outcome::accept) {
    out.reply = Reply{std::move(world.judgement.code), std::move(world.judgement.enhanced),
                      reply_text(world.judgement.text, settings.help_url)};
  }
  return out;
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::accept: return "accept";
    case Outcome::refuse: return "refuse";
    case Outcome::defer: return "defer";
  }
  return "defer";
}

std::string_view reason_name(Reason reason) {
  switch (reason) {
    case Reason::none: return "none";
    case Reason::denied: return "denied";
    case Reason::not_encrypted: return "not-encrypted";
    case Reason::weak_protocol: return "weak-protocol";
    case Reason::weak_cipher: return "weak-cipher";
    case Reason::not_verified: return "not-verified";
    case Reason::wrong_subject: return "wrong-subject";
    case Reason::wrong_issuer: return "wrong-issuer";
    case Reason::own_tls_unhealthy: return "own-tls-unhealthy";
  }
  return "none";
}

Decision decide(const RuleSet& rules, const Session& session, const Settings& settings, Seconds now,
                OwnTls own_tls) {
  bool listener_reports = false;
  if (rules.listener && !rules.listener->terms->is_gone(now)) {
    if (!rules.listener->terms->is_only_reported(now)) {
      World exempt;
      exempt.network = &*rules.listener;
      return conclude(std::move(exempt), true, settings);
    }
    // `listener:NAME report` holds back whatever the network's rule says; an exemption that is itself not yet
    // in force does nothing.
    listener_reports = rules.listener->terms->report;
  }
  std::vector<const Rule*> senders;
  if (rules.senders) rules.senders->collect(session.sender_domain, senders);

  const Judge judge(session, settings, own_tls);
  World in_force = judge_world(rules, senders, judge, now, false);
  if (in_force.judgement.outcome == Outcome::accept) {
    World held_back = judge_world(rules, senders, judge, now, true);
    if (held_back.judgement.outcome != Outcome::accept)
      return conclude(std::move(held_back), false, settings);
  }
  return conclude(std::move(in_force), !listener_reports, settings);
}

std::string network_name(const Decision& decision, const Session& session) {
  if (!decision.rule) {
    switch (session.client.kind) {
      case Client::Kind::local: return "local";
      case Client::Kind::unknown: return "unknown";
      case Client::Kind::address: return "default";
    }
  }
  switch (decision.rule->subject) {
    case Subject::prefix: {
      const unsigned bits = decision.rule->bits;
      return net::to_string(
          net::Prefix{session.client.address.masked(bits), static_cast<std::uint8_t>(bits)});
    }
    case Subject::listener: return fmt::format("listener:{}", session.listener);
    case Subject::local: return "local";
    case Subject::unknown: return "unknown";
    case Subject::everything:
    case Subject::sender: break;
  }
  // `local` and `unknown` keep their names, also where `default` decides for them.
  return session.client.kind == Client::Kind::unknown ? "unknown" : "default";
}

Mode mode_of(const Decision& decision) {
  return decision.rule ? decision.rule->terms->mode : Mode::available;
}

}  // namespace tlsward::policy
