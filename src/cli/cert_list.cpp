#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"
#include "cert/names.h"
#include "cli/cert_common.h"
#include "cli/cert_store_use.h"
#include "cli/cert_verbs.h"

namespace tlsward::cli {
namespace {

constexpr std::string_view list_name = "cert list";
constexpr std::string_view prune_name = "cert prune";

constexpr std::array list_options{store_option};
constexpr std::array prune_options{OptionSpec{"keep", "N", "how many of the newest stay, 5 by default"},
                                   store_option};

constexpr std::size_t default_keep = 5;

std::string_view state_of(const cert::Deployment& deployment) {
  if (deployment.is_live) return deployment.is_complete ? "live" : "live, damaged";
  if (!deployment.is_complete) return "damaged";
  return deployment.is_previous ? "previous" : "kept";
}

void append_pairs(std::string& out, std::initializer_list<std::pair<std::string_view, std::string>> pairs) {
  for (const auto& [name, value] : pairs) {
    fmt::format_to(std::back_inserter(out), "{}\"{}\":", out.back() == '{' ? "" : ",", name);
    base::append_json_string(out, value);
  }
}

std::string deployment_json(const cert::Store& store, const cert::Deployment& deployment) {
  std::string out =
      fmt::format(R"({{"kind":"deployment","number":{},"live":{},"previous":{},"complete":{})",
                  deployment.number, deployment.is_live, deployment.is_previous, deployment.is_complete);
  append_pairs(out, {{"fault", deployment.fault},
                     {"made_at", base::render_time(deployment.about.made_at)},
                     {"source", deployment.about.source},
                     {"mark", deployment.about.mark}});
  out += ",\"identities\":[";
  for (const cert::StoredIdentity& identity : deployment.about.identities) {
    out += out.back() == '[' ? "{" : ",{";
    append_pairs(out, {{"name", identity.name}, {"sha256", identity.certificate_sha256}});
    if (const auto chain = stored_chain(store, deployment, identity.name)) {
      append_pairs(out, {{"subject", chain->front().subject()},
                         {"not_after", base::render_time(chain->front().not_after())}});
    }
    out += '}';
  }
  return out + "]}\n";
}

std::string deployment_text(const cert::Store& store, const cert::Deployment& deployment, base::Seconds now) {
  std::string out =
      fmt::format("{:04} {:<9} {} {}{}{}\n", deployment.number, state_of(deployment),
                  base::render_time(deployment.about.made_at), base::printable(deployment.about.source, 200),
                  deployment.about.mark.empty() ? "" : ", ", deployment.about.mark);
  if (!deployment.fault.empty()) fmt::format_to(std::back_inserter(out), "     {}\n", deployment.fault);
  for (const cert::StoredIdentity& identity : deployment.about.identities) {
    const auto chain = stored_chain(store, deployment, identity.name);
    out += "     ";
    out += chain ? render_leaf_text(chain->front(), now) : chain.error().message() + "\n";
  }
  return out;
}

void tell_waiting(Context& context, const cert::WaitingKey& key) {
  if (context.arguments.has("json")) {
    std::string out = fmt::format(R"({{"kind":"waiting","complete":{})", key.is_complete);
    append_pairs(out, {{"name", key.name},
                       {"fault", key.fault},
                       {"made_at", base::render_time(key.about.made_at)},
                       {"key", key.about.key_type}});
    out += ",\"names\":[";
    for (const std::string& name : key.about.names) {
      if (out.back() != '[') out += ',';
      base::append_json_string(out, name);
    }
    context.out.data(out + "]}\n");
    return;
  }
  context.out.data(fmt::format("waiting for its certificate: {} ({}), requested {}{}{}\n", key.name,
                               base::printable(key.about.key_type, 40), base::render_time(key.about.made_at),
                               key.is_complete ? "" : ", damaged: ", key.fault));
}

Exit run_list(Context& context) {
  conf::Config config;
  if (const auto failure = read_configuration(context, config)) return *failure;
  const auto store = cert::Store::open(config.store, cert::Store::Missing::is_error);
  if (!store) return store_failure(context, list_name, store.error());
  const auto deployments = store->list();
  if (!deployments) return store_failure(context, list_name, deployments.error());
  const auto waiting = store->waiting_keys().list();
  if (!waiting) return store_failure(context, list_name, waiting.error());
  for (const cert::Deployment& deployment : *deployments) {
    context.out.data(context.arguments.has("json") ? deployment_json(*store, deployment)
                                                   : deployment_text(*store, deployment, base::now()));
  }
  for (const cert::WaitingKey& key : *waiting) tell_waiting(context, key);
  if (deployments->empty() && waiting->empty() && !context.arguments.has("json"))
    context.out.talk(fmt::format("the store {} is empty", config.store));
  const auto links = store->links();
  const auto is_there = [&](const cert::Deployment& d) { return links && links->live == d.number; };
  if (!deployments->empty() && std::none_of(deployments->begin(), deployments->end(), is_there)) {
    context.out.talk(
        links && links->live
            ? fmt::format("live points at deployment {:04}, which is not there: tlsward cert rollback",
                          *links->live)
            : "nothing is live: tlsward cert rollback");
  }
  if (const auto findings = store->check_permissions()) context.out.talk(*findings);
  return Exit::yes;
}

Exit run_prune(Context& context) {
  std::size_t keep = default_keep;
  if (const auto text = context.arguments.value("keep")) {
    const auto number = base::parse_decimal(*text, 10000);
    if (!number) return usage_error(context, prune_name, "--keep takes a number up to 10000");
    keep = *number;
  }
  conf::Config config;
  if (const auto failure = read_configuration(context, config)) return *failure;
  Exit status = Exit::yes;
  auto held = hold_store(context, prune_name, config, cert::Store::Missing::is_error, status);
  if (!held) return status;
  const auto removed = held->store.prune(held->lock, keep);
  if (!removed) return store_failure(context, prune_name, removed.error());
  if (context.arguments.has("json")) {
    context.out.data(fmt::format("{{\"removed\":[{}]}}\n", fmt::join(*removed, ",")));
  } else if (removed->empty()) {
    context.out.data("nothing to remove\n");
  } else {
    context.out.data(fmt::format("removed {}\n", fmt::join(*removed, ", ")));
  }
  return Exit::yes;
}

}  // namespace

constinit const Verb cert_list_verb{
    "cert list",
    "",
    "List the deployments in the store, which one is live, and the keys that wait for a certificate",
    list_options,
    0,
    "tlsward cert list\n"
    "tlsward cert list --json",
    run_list};

constinit const Verb cert_prune_verb{"cert prune",
                                     "",
                                     "Remove old deployments; the live one and the one before it always stay",
                                     prune_options,
                                     0,
                                     "tlsward cert prune\n"
                                     "tlsward cert prune --keep 2",
                                     run_prune};

}  // namespace tlsward::cli
