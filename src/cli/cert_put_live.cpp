#include "cli/cert_put_live.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "cert/checks.h"
#include "cert/names.h"
#include "cli/cert_common.h"
#include "cli/mail_server.h"
#include "report/findings.h"

namespace tlsward::cli {
namespace {

base::Result<std::vector<cert::Certificate>> leaves_of(const cert::Store& store, std::optional<int> number) {
  std::vector<cert::Certificate> out;
  if (!number) return out;
  const auto deployment = store.deployment(*number);
  if (!deployment) return deployment.error();
  for (const cert::StoredIdentity& identity : deployment->about.identities) {
    auto chain = stored_chain(store, *deployment, identity.name);
    if (!chain) return chain.error();
    out.push_back(chain->front());
  }
  return out;
}

/// What the failed step is called as a finding.
cert::Check check_of(mta::Step step) {
  switch (step) {
    case mta::Step::check: return cert::Check::mta_check_failed;
    case mta::Step::reload: return cert::Check::reload_failed;
    case mta::Step::serve: return cert::Check::not_served;
    default: return cert::Check::store_failed;
  }
}

base::Finding failure_finding(const mta::Outcome& outcome) {
  std::string hint;
  if (outcome.not_back) {
    hint = fmt::format(
        "what was live before could not be brought back ({}): see tlsward cert list, then tlsward "
        "cert rollback",
        outcome.not_back->message());
  } else if (outcome.live) {
    hint = fmt::format("deployment {:04} is live again as before; mend this and install anew", *outcome.live);
  } else {
    hint = "nothing is live, as before; mend this and install anew";
  }
  return base::make_finding(cert::info_of(check_of(outcome.step)), {}, outcome.text, std::move(hint));
}

std::string names_of(const cert::Verified& verified) {
  if (verified.identities.empty()) return "the certificate";
  std::string kinds;
  for (const cert::Identity& identity : verified.identities)
    kinds += (kinds.empty() ? "" : " and ") + identity.leaf.key().text();
  return fmt::format("{} ({})", cert::names_text(verified.identities.front().leaf), kinds);
}

}  // namespace

base::Result<mta::Outcome> put_live(const HeldStore& held, int number, const conf::Config& config) {
  const auto links = held.store.links();
  if (!links) return links.error();
  auto server = find_mail_server(config);
  if (!server) {
    mta::Outcome out;
    out.step = mta::Step::check;
    out.text = server.error().message();
    out.live = links->live;
    return out;
  }
  const auto leaves = leaves_of(held.store, number);
  if (!leaves) return leaves.error();
  // What was live may be damaged: that is a reason to replace it, not to stop.
  const auto before = leaves_of(held.store, links->live);
  return mta::deploy(held.store, held.lock, number, *leaves,
                     before ? *before : std::vector<cert::Certificate>{}, server->get());
}

Exit tell_outcome(Context& context, cert::Verified verified, int number, const mta::Outcome& outcome,
                  base::Seconds now) {
  if (!outcome.is_done()) add_finding(verified, failure_finding(outcome));
  if (context.arguments.has("json")) {
    const std::string live = outcome.live ? fmt::format("{}", *outcome.live) : "null";
    std::string more = fmt::format(R"(,"deployment":{},"live":{},"step":"{}","served_by":[)", number, live,
                                   mta::step_name(outcome.step));
    for (const std::string& listener : outcome.served_by) {
      if (more.back() != '[') more += ',';
      base::append_json_string(more, listener);
    }
    context.out.data(render_verdict_json(verified, more + ']'));
  } else {
    context.out.data(report::render_findings_text(verified.findings, context.out.data_in_colour()));
    if (verified.leaf) context.out.data(render_leaf_text(*verified.leaf, now));
    if (outcome.is_done()) {
      context.out.data(fmt::format("SUCCESS: {} is live as deployment {:04}{}{}{}{}\n", names_of(verified),
                                   number, outcome.served_by.empty() ? "" : " and served by ",
                                   fmt::join(outcome.served_by, ", "), outcome.text.empty() ? "" : "; ",
                                   outcome.text));
    } else {
      context.out.data(
          fmt::format("FAILED at the step {}: {}\n", mta::step_name(outcome.step), outcome.text));
    }
  }
  return outcome.is_done() ? Exit::yes : Exit::no;
}

Exit tell_refusal(Context& context, const cert::Verified& verified) {
  if (context.arguments.has("json")) {
    context.out.data(
        render_verdict_json(verified, R"(,"deployment":null,"live":null,"step":"verify","served_by":[])"));
    return Exit::no;
  }
  context.out.data(report::render_findings_text(verified.findings, context.out.data_in_colour()));
  // Errors come in the order of the files; the first is what to mend first.
  const auto first = std::find_if(verified.findings.begin(), verified.findings.end(),
                                  [](const base::Finding& f) { return f.severity == base::Severity::error; });
  const auto errors =
      std::count_if(verified.findings.begin(), verified.findings.end(),
                    [](const base::Finding& f) { return f.severity == base::Severity::error; });
  context.out.data(fmt::format("FAILED: {}{}; nothing was changed\n",
                               first == verified.findings.end() ? "unfit" : first->text,
                               errors > 1 ? fmt::format(" (and {} more)", errors - 1) : ""));
  return Exit::no;
}

}  // namespace tlsward::cli
