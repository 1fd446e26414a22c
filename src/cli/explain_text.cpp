#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "base/text.h"
#include "cli/explain.h"
#include "policy/access_reader.h"

namespace tlsward::cli {
namespace {

using policy::Client;
using policy::Subject;

/// Listener rules come before every network.
constexpr unsigned listener_width = 1000;

/// One rule of the list that covers the client, as it is written.
struct Covering {
  std::string file;
  std::uint32_t line = 0;
  std::string text;          ///< the line, without its comment
  unsigned width = 0;        ///< the longer the network, the larger; `default` is 0
  std::string stepped_back;  ///< why it does not decide at that time, or empty

  [[nodiscard]] bool is(const policy::Rule& rule) const {
    return !rule.is_built_in() && rule.line == line && *rule.file == file;
  }
};

/// The words of a line up to its comment, one blank between them.
std::string words_of(std::string_view text, std::uint32_t number) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (; number > 1; --number) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  const std::string_view line = base::trim(text.substr(0, text.find('\n')));
  std::string out;
  bool quoted = false;
  bool after_blank = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == '#' && !quoted && after_blank) break;
    after_blank = !quoted && base::is_blank(c);
    if (!after_blank) {
      out += c;
    } else if (!out.ends_with(' ')) {
      out += ' ';
    }
  }
  return base::visible(base::trim(out));
}

std::string stepped_back(const policy::Terms& terms, policy::Seconds at) {
  if (terms.is_gone(at)) return fmt::format("ended with {}", base::render_day(*terms.until_day));
  if (terms.report) return "is only reported";
  if (terms.is_only_reported(at))
    return fmt::format("is only reported before {}", base::render_time(*terms.from));
  return {};
}

/// Keeps the rules for one client (and listener) out of all that pass.
class CoveringRules final : public policy::RuleReceiver {
 public:
  CoveringRules(const policy::Session& session, const policy::TermsPool& pool, policy::Seconds at)
      : session_(session), pool_(pool), at_(at) {}

  void take(const policy::ParsedRule& rule) override {
    if (const auto width = width_for(rule)) {
      found_.push_back(Found{rule.place, *width, stepped_back(pool_[rule.terms], at_)});
    }
  }

  /// The rules with their text, the longest network first.
  std::vector<Covering> finish(const std::vector<policy::ListFile>& files) {
    std::vector<Covering> out;
    for (const Found& found : found_) {
      const policy::ListFile& file = files[found.place.file];
      out.push_back(Covering{*file.relative, found.place.line, words_of(file.text, found.place.line),
                             found.width, found.stepped_back});
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Covering& a, const Covering& b) { return a.width > b.width; });
    return out;
  }

 private:
  struct Found {
    policy::Place place;
    unsigned width;
    std::string stepped_back;
  };

  [[nodiscard]] std::optional<unsigned> width_for(const policy::ParsedRule& rule) const {
    switch (rule.subject) {
      case Subject::listener:
        return rule.name == session_.listener ? std::optional(listener_width) : std::nullopt;
      case Subject::local:
        return session_.client.kind == Client::Kind::local ? std::optional(1U) : std::nullopt;
      case Subject::unknown:
        return session_.client.kind == Client::Kind::unknown ? std::optional(1U) : std::nullopt;
      case Subject::everything:
        return session_.client.kind != Client::Kind::local ? std::optional(0U) : std::nullopt;
      case Subject::sender: return std::nullopt;
      case Subject::prefix: break;
    }
    if (session_.client.kind != Client::Kind::address) return std::nullopt;
    for (const net::Prefix& prefix : rule.prefixes) {
      if (prefix.contains(session_.client.address)) return prefix.bits + 1U;
    }
    return std::nullopt;
  }

  const policy::Session& session_;
  const policy::TermsPool& pool_;
  policy::Seconds at_;
  std::vector<Found> found_;
};

std::vector<Covering> covering_rules(const std::string& list, const policy::Session& session,
                                     policy::Seconds at) {
  const policy::FileSource source;
  policy::FindingLog log;
  policy::TermsPool pool;
  CoveringRules rules(session, pool, at);
  policy::AccessReader reader(source, log, pool, at, rules);
  reader.read(list);
  return rules.finish(reader.files());
}

std::string headline(const policy::Session& session, const policy::Decision& decision) {
  const std::string client = policy::to_string(session.client);
  if (decision.outcome == policy::Outcome::accept) return fmt::format("{}: mail is accepted\n", client);
  const std::string_view done = decision.outcome == policy::Outcome::refuse ? "refused" : "deferred";
  const std::string reply = policy::to_string(*decision.reply);
  if (decision.enforced) return fmt::format("{}: mail is {}: {}\n", client, done, reply);
  return fmt::format("{}: mail is accepted; if this were enforced, it would be {}: {}\n", client, done,
                     reply);
}

std::string session_words(const policy::Tls& tls) {
  if (!tls.encrypted) return "in the clear";
  std::string out = tls.version ? policy::to_string(*tls.version) : "TLS of an unknown version";
  out += tls.bits ? fmt::format(", {} bits", *tls.bits) : ", bits unknown";
  out += tls.verified ? ", client certificate verified" : ", no verified client certificate";
  if (!tls.subject.empty()) out += fmt::format(", subject \"{}\"", base::printable(tls.subject));
  if (!tls.issuer.empty()) out += fmt::format(", issuer \"{}\"", base::printable(tls.issuer));
  return out;
}

std::string_view reason_words(policy::Reason reason) {
  switch (reason) {
    case policy::Reason::denied: return "no mail is taken from there";
    case policy::Reason::not_encrypted: return "the session is not encrypted";
    case policy::Reason::weak_protocol: return "the TLS version is too low, or not known";
    case policy::Reason::weak_cipher: return "the cipher has too few bits, or a number not known";
    case policy::Reason::not_verified: return "the client showed no certificate that the mail server trusts";
    case policy::Reason::wrong_subject: return "the certificate's common name is not the one asked for";
    case policy::Reason::wrong_issuer: return "the certificate's issuer is not the one asked for";
    case policy::Reason::own_tls_unhealthy: return "the mail server's own TLS does not work";
    case policy::Reason::none: break;
  }
  return "";
}

std::string_view acceptance_words(const policy::Decision& decision) {
  if (!decision.rule) return "no rule is for this client, and then nothing is asked";
  switch (policy::mode_of(decision)) {
    case policy::Mode::required: return "the session fulfils all that is asked";
    case policy::Mode::available: return "TLS is offered there and nothing is asked";
    case policy::Mode::none: return "TLS is not offered there, so nothing is asked";
    case policy::Mode::exempt: return "clients of this rule are not judged";
    case policy::Mode::deny: return "the client authenticated over TLS";
  }
  return "";
}

std::string in_brackets(const std::string& note) {
  return note.empty() ? "" : fmt::format(" ({})", note);
}

/// How long the rule's network is, as Covering counts it.
unsigned width_of(const policy::Rule& rule) {
  switch (rule.subject) {
    case Subject::prefix: return rule.bits + 1U;
    case Subject::listener: return listener_width;
    case Subject::local:
    case Subject::unknown: return 1;
    default: return 0;
  }
}

/// A rule's place, and its text where the list has it.
std::string rule_words(const policy::Rule& rule, const std::vector<Covering>& rules,
                       const std::string& network) {
  const auto it = std::find_if(rules.begin(), rules.end(), [&](const Covering& c) { return c.is(rule); });
  if (it != rules.end())
    return fmt::format("{}: {}{}", rule.place(), it->text, in_brackets(it->stepped_back));
  return fmt::format("{}: {} {}", rule.place(), network, policy::mode_name(rule.terms->mode));
}

}  // namespace

std::string render_explanation(const std::string& list, const policy::Session& session,
                               const policy::Decision& decision, policy::Seconds at) {
  const std::vector<Covering> rules = covering_rules(list, session, at);
  std::string out = headline(session, decision);
  const auto add = [&out](std::string_view label, std::string_view text) {
    fmt::format_to(std::back_inserter(out), "  {:<9}{}\n", label, text);
  };
  add("session", session_words(session.tls));
  if (!session.sender_domain.empty()) add("sender", base::printable(session.sender_domain));
  add("rule",
      decision.rule ? rule_words(*decision.rule, rules, policy::network_name(decision, session)) : "none");
  if (decision.sender_rule) add("and", fmt::format("{}: the sender's rule", decision.sender_rule->place()));
  add("because", decision.outcome == policy::Outcome::accept ? acceptance_words(decision)
                                                             : reason_words(decision.reason));
  for (const Covering& rule : rules) {
    if (decision.rule && rule.is(*decision.rule)) continue;
    const bool is_passed = decision.rule && rule.width > width_of(*decision.rule);
    // Behind a built-in rule nothing stands: no shorter rule covers what it covers.
    if (!is_passed && decision.rule && decision.rule->is_built_in()) continue;
    add(is_passed ? "passed" : "behind",
        fmt::format("{}:{}: {}{}", rule.file, rule.line, rule.text, in_brackets(rule.stepped_back)));
  }
  return out;
}

}  // namespace tlsward::cli
