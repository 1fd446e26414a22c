#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "cert/checks.h"
#include "cert/expiry.h"
#include "cert/names.h"
#include "cli/cert_common.h"
#include "cli/cert_store_use.h"
#include "cli/cert_verbs.h"
#include "cli/mail_server.h"
#include "mta/deploy.h"
#include "report/findings.h"

namespace tlsward::cli {
namespace {

constexpr std::string_view verb_name = "cert check";

constexpr std::array check_options{
    hostname_option,
    root_option,
    at_option,
    OptionSpec{"nagios", "", "one line for a monitoring plug-in, and its statuses: 0, 1, 2, 3"},
    store_option,
    mta_option,
    mta_config_option};

/// How bad it is, with the statuses of the plug-in contract.
enum class State : std::uint8_t { ok = 0, warning = 1, critical = 2, unknown = 3 };

std::string_view state_name(State state) {
  switch (state) {
    case State::ok: return "OK";
    case State::warning: return "WARNING";
    case State::critical: return "CRITICAL";
    case State::unknown: return "UNKNOWN";
  }
  return "UNKNOWN";
}

/// All that is said about the live deployment.
struct Judgement {
  State state = State::ok;
  std::string text;  ///< the worst of it, in one line
  base::Findings findings;
  std::optional<cert::Certificate> leaf;  ///< the one that ends first

  /// Unknown is said only where nothing worse is known.
  void raise(State to, std::string why) {
    const auto rank = [](State s) {
      return s == State::unknown ? 1 : s == State::ok ? 0 : static_cast<int>(s) + 1;
    };
    if (rank(to) <= rank(state) && !text.empty()) return;
    state = to;
    text = std::move(why);
  }
};

void judge_expiry(const cert::Certificate& leaf, base::Seconds at, Judgement& out) {
  const auto ladder = cert::ladder_for(leaf.not_before(), leaf.not_after());
  const std::string left =
      fmt::format("{} until {} ({})", cert::names_text(leaf, 1), base::render_time(leaf.not_after()),
                  cert::remaining_text(leaf.not_after(), at));
  switch (cert::expiry_stage(leaf.not_after(), at, ladder)) {
    case cert::ExpiryStage::fine: break;
    case cert::ExpiryStage::warning: out.raise(State::warning, left); break;
    default: out.raise(State::critical, left); break;
  }
}

/// Whether the running mail server serves it, where it is to.
void judge_service(const cert::Store& store, const std::vector<cert::Certificate>& leaves,
                   const conf::Config& config, Judgement& out) {
  const auto server = find_mail_server(config);
  if (!server) return out.raise(State::unknown, server.error().message());
  if (!*server) return;
  const mta::Outcome outcome = mta::prove(store, leaves, server->get(), {std::chrono::seconds(10)});
  if (!outcome.is_done()) return out.raise(State::critical, outcome.text);
  if (outcome.text.empty()) return;
  // Some listener serves it: then the text is about those that say nothing.
  const bool is_asked = !outcome.served_by.empty();
  auto finding = base::make_finding(
      cert::info_of(is_asked ? cert::Check::not_served : cert::Check::mta_not_attached), {}, outcome.text,
      is_asked ? "look into the mail server's log" : "see tlsward-cert(1), The store");
  if (is_asked) finding.severity = base::Severity::warning;
  out.findings.push_back(std::move(finding));
}

/// The first error, which is what makes it unfit.
std::string worst_text(const base::Findings& findings) {
  for (const base::Finding& finding : findings) {
    if (finding.severity == base::Severity::error) return finding.text;
  }
  return findings.empty() ? std::string() : findings.front().text;
}

void judge_certificates(const cert::Verified& verified, base::Seconds at, Judgement& out) {
  for (const cert::Identity& identity : verified.identities) {
    if (!out.leaf || identity.leaf.not_after() < out.leaf->not_after()) out.leaf = identity.leaf;
    judge_expiry(identity.leaf, at, out);
    // A chain is served as long as the first of its certificates lasts.
    for (const cert::Certificate& issuer : identity.chain) judge_expiry(issuer, at, out);
  }
  if (verified.verdict == cert::Verdict::error) out.raise(State::critical, worst_text(verified.findings));
}

/// A store that cannot be looked into for want of rights is unknown; whatever else is wrong with it is a
/// reason why nothing can be served from it.
void raise_store_error(const base::Error& error, Judgement& out) {
  out.raise(error.code == base::Errc::permission ? State::unknown : State::critical, error.message());
}

void judge_live(const conf::Config& config, const cert::VerifySettings& settings, Judgement& out) {
  const auto store = cert::Store::open(config.store, cert::Store::Missing::is_error);
  if (!store) return raise_store_error(store.error(), out);
  const auto links = store->links();
  if (!links) return raise_store_error(links.error(), out);
  if (!links->live) return out.raise(State::critical, fmt::format("nothing is live in {}", config.store));
  const auto deployment = store->deployment(*links->live);
  if (!deployment) return raise_store_error(deployment.error(), out);
  if (!deployment->is_complete) {
    out.raise(State::critical,
              fmt::format("deployment {:04} is damaged: {}", deployment->number, deployment->fault));
  }
  auto material = stored_material(*store, *deployment);
  if (!material) return raise_store_error(material.error(), out);
  const cert::Verified verified = cert::verify(*std::move(material), settings);
  out.findings = verified.findings;
  std::vector<cert::Certificate> leaves;
  for (const cert::Identity& identity : verified.identities) leaves.push_back(identity.leaf);
  judge_certificates(verified, settings.at, out);
  judge_service(*store, leaves, config, out);
  const auto permissions = store->check_permissions();
  if (!permissions || permissions->empty()) return;
  out.findings.insert(out.findings.end(), permissions->begin(), permissions->end());
  out.raise(State::warning, permissions->front().text);
}

std::string nagios_line(const Judgement& judgement, base::Seconds at) {
  std::string out = fmt::format("TLSWARD {} - {}", state_name(judgement.state), judgement.text);
  // The bar begins the figures.
  std::replace(out.begin(), out.end(), '|', '/');
  if (judgement.leaf) {
    const auto days = std::chrono::floor<std::chrono::days>(judgement.leaf->not_after() - at).count();
    const auto ladder = cert::ladder_for(judgement.leaf->not_before(), judgement.leaf->not_after());
    const auto in_days = [](std::chrono::seconds s) {
      return std::chrono::ceil<std::chrono::days>(s).count();
    };
    // "30:" is a range of the plug-in contract: below 30 is outside of it.
    out += fmt::format(" | days_left={};{}:;{}:;;", days, in_days(ladder.warning), in_days(ladder.critical));
  }
  return out + "\n";
}

std::string check_json(const Judgement& judgement) {
  std::string out = "{\"state\":\"";
  out += base::to_lower(state_name(judgement.state));
  out += "\",\"text\":";
  base::append_json_string(out, judgement.text);
  out += ",\"findings\":";
  report::append_findings_json(out, judgement.findings);
  out += ",\"not_after\":";
  out += judgement.leaf ? fmt::format("\"{}\"", base::render_time(judgement.leaf->not_after())) : "null";
  return out + "}\n";
}

Exit tell(Context& context, const Judgement& judgement, base::Seconds at) {
  if (context.arguments.has("nagios")) {
    context.out.data(nagios_line(judgement, at));
    return static_cast<Exit>(judgement.state);
  }
  if (context.arguments.has("json")) {
    context.out.data(check_json(judgement));
  } else {
    context.out.data(report::render_findings_text(judgement.findings, context.out.data_in_colour()));
    context.out.data(fmt::format("{}: {}\n", state_name(judgement.state), judgement.text));
  }
  return judgement.state == State::ok ? Exit::yes : Exit::no;
}

Exit run_check(Context& context) {
  conf::Config config;
  cert::VerifySettings settings;
  auto failure = read_configuration(context, config);
  if (!failure) failure = read_verify_settings(context, verb_name, config, settings);
  Judgement judgement;
  if (failure) {
    // A monitoring system reads one line, whatever is wrong.
    judgement.raise(State::unknown, "it could not be looked at: what is wrong stands on standard error");
    return context.arguments.has("nagios") ? tell(context, judgement, settings.at) : *failure;
  }
  judge_live(config, settings, judgement);
  if (judgement.text.empty() && judgement.leaf) {
    judgement.text = fmt::format("{} until {} ({})", cert::names_text(*judgement.leaf, 1),
                                 base::render_time(judgement.leaf->not_after()),
                                 cert::remaining_text(judgement.leaf->not_after(), settings.at));
  }
  return tell(context, judgement, settings.at);
}

}  // namespace

constinit const Verb cert_check_verb{
    "cert check",
    "",
    "Tell whether the live certificate is whole, right, served and valid for long enough, for monitoring",
    check_options,
    0,
    "tlsward cert check\n"
    "tlsward cert check --nagios",
    run_check};

}  // namespace tlsward::cli
