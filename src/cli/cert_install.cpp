#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "cli/cert_common.h"
#include "cli/cert_dane.h"
#include "cli/cert_identities.h"
#include "cli/cert_install.h"
#include "cli/cert_put_live.h"
#include "cli/cert_store_use.h"
#include "cli/cert_verbs.h"
#include "cli/mail_server.h"

namespace tlsward::cli {
namespace {

constexpr std::string_view verb_name = "cert install";

constexpr std::array install_options{
    hostname_option,
    root_option,
    at_option,
    passphrase_option,
    accept_option,
    OptionSpec{"from-mta", "", "take the certificate that the mail server has now"},
    OptionSpec{"beside", "", "keep the live identities of other kinds of key"},
    OptionSpec{"dane", "", "wait until DNS designates each identity for long enough"},
    no_dns_option,
    resolver_option,
    anchor_option,
    store_option,
    mta_option,
    mta_config_option};

/// Gives each certificate that came without its key the one that waits for it in the store.
base::Status add_waiting_keys(const cert::Store& store, cert::Material& material) {
  for (const cert::Certificate& certificate : material.certificates) {
    const bool has_key =
        std::any_of(material.keys.begin(), material.keys.end(),
                    [&](const cert::PrivateKey& k) { return k.has_public_half_of(certificate); });
    if (has_key) continue;
    const auto waiting = store.waiting_keys().find(hex_of(certificate.spki_sha256()));
    if (!waiting) return waiting.error();
    if (!*waiting) continue;
    auto pem = store.waiting_keys().read_key((*waiting)->name);
    if (!pem) return pem.error();
    std::vector<cert::Input> inputs;
    inputs.push_back({(*waiting)->name, *std::move(pem)});
    cert::Material read = cert::read_material(std::move(inputs), {});
    for (cert::PrivateKey& key : read.keys) {
      material.keys.push_back(std::move(key));
      if (!material.key_places.empty()) material.key_places.push_back({(*waiting)->name, 0, false});
    }
  }
  return base::Done{};
}

/// A key that waits and is damaged may be the one that is missing.
void tell_damaged_waiting_keys(Context& context, std::string_view verb, const conf::Config& config) {
  const auto store = cert::Store::open(config.store, cert::Store::Missing::is_error);
  if (!store) return;
  const auto waiting = store->waiting_keys().list();
  if (!waiting) return;
  for (const cert::WaitingKey& key : *waiting) {
    if (key.is_complete) continue;
    context.out.talk(fmt::format("tlsward {}: the waiting key {} is damaged and was not looked at: {}", verb,
                                 key.name, key.fault));
  }
}

/// Adds the live identities of kinds of key that the new ones do not have. They are judged with them.
base::Status add_live(Context& context, std::string_view verb, const cert::Store& store,
                      cert::Material& material) {
  const auto links = store.links();
  if (links && !links->live) return base::Done{};
  const auto deployment =
      links ? store.deployment(*links->live) : base::Result<cert::Deployment>(links.error());
  auto live =
      deployment ? stored_material(store, *deployment) : base::Result<cert::Material>(deployment.error());
  if (!live) {
    // What is live and damaged is a reason to replace it, not to let it stand until it ends.
    context.out.talk(fmt::format("tlsward {}: warning: what is live is damaged, so nothing of it is kept: {}",
                                 verb, live.error().message()));
    return base::Done{};
  }
  const auto is_new_kind = [&](cert::KeyKind kind) {
    return std::none_of(material.keys.begin(), material.keys.end(),
                        [&](const cert::PrivateKey& k) { return k.key().kind == kind; });
  };
  std::vector<cert::KeyKind> kept;
  for (const cert::PrivateKey& key : live->keys) {
    if (is_new_kind(key.key().kind)) kept.push_back(key.key().kind);
  }
  if (kept.empty()) return base::Done{};
  // Where places are told they are told of all, so neither list keeps its own.
  material.certificate_places.clear();
  material.key_places.clear();
  for (cert::PrivateKey& key : live->keys) {
    if (std::find(kept.begin(), kept.end(), key.key().kind) != kept.end())
      material.keys.push_back(std::move(key));
  }
  for (const cert::Certificate& certificate : live->certificates) {
    const bool is_dropped_leaf =
        std::any_of(
            deployment->about.identities.begin(), deployment->about.identities.end(),
            [&](const cert::StoredIdentity& i) { return i.certificate_sha256 == certificate.sha256(); }) &&
        std::find(kept.begin(), kept.end(), certificate.key().kind) == kept.end();
    const bool is_known = std::find(material.certificates.begin(), material.certificates.end(),
                                    certificate) != material.certificates.end();
    if (!is_dropped_leaf && !is_known) material.certificates.push_back(certificate);
  }
  return base::Done{};
}

/// The live deployment's number where it has exactly these identities, chains included, and is whole.
std::optional<int> same_as_live(const cert::Store& store, const std::vector<cert::Identity>& identities) {
  const auto links = store.links();
  if (!links || !links->live) return std::nullopt;
  const auto deployment = store.deployment(*links->live);
  if (!deployment || !deployment->is_complete || deployment->about.identities.size() != identities.size())
    return std::nullopt;
  for (const cert::Identity& identity : identities) {
    const auto chain = stored_chain(store, *deployment, identity.name);
    if (!chain || chain->front() != identity.leaf || chain->size() != identity.chain.size() + 1 ||
        !std::equal(identity.chain.begin(), identity.chain.end(), chain->begin() + 1)) {
      return std::nullopt;
    }
  }
  return *links->live;
}

/// What is left to do once it is known how it went: a key that has found its certificate waits no more, and a
/// deployment that could not be put in force does not stay. `added`: the new deployment, if there is one.
base::Status tidy_up(const HeldStore& held, std::optional<int> added,
                     const std::vector<cert::Identity>& identities, const mta::Outcome& outcome) {
  if (!outcome.is_done()) {
    if (!added || outcome.live == added) return base::Done{};
    return held.store.remove(held.lock, *added);
  }
  for (const cert::Identity& identity : identities) {
    const auto waiting = held.store.waiting_keys().find(hex_of(identity.leaf.spki_sha256()));
    if (!waiting) return waiting.error();
    if (!*waiting) continue;
    if (auto removed = held.store.waiting_keys().remove(held.lock, (*waiting)->name); !removed)
      return removed;
  }
  return base::Done{};
}

Exit run_install(Context& context) {
  const bool adopts = context.arguments.has("from-mta");
  InstallOrder order;
  order.verb = verb_name;
  order.files = context.arguments.positional();
  if (adopts != order.files.empty()) {
    return usage_error(
        context, verb_name,
        adopts ? "--from-mta takes no files" : "which files? name them, or - for standard input");
  }
  order.beside = context.arguments.has("beside");
  order.source = adopts ? "the mail server's own files" : fmt::format("{}", fmt::join(order.files, " "));
  if (adopts) order.mark = "adopted";
  conf::Config config;
  if (const auto failure = read_configuration(context, config)) return *failure;
  if (adopts) {
    auto files = files_of_mta(context, verb_name, config);
    if (!files) return Exit::unavailable;
    order.files = *std::move(files);
  }
  return install(context, config, order);
}

}  // namespace

std::optional<std::vector<std::string>> files_of_mta(Context& context, std::string_view verb,
                                                     const conf::Config& config) {
  const auto say = [&](std::string_view text) {
    context.out.talk(fmt::format("tlsward {}: {}", verb, text));
    return std::nullopt;
  };
  const auto mta = find_mail_server(config);
  if (!mta) return say(mta.error().message());
  if (!*mta) return say("there is no mail server to take a certificate from (mta = none)");
  auto files = (*mta)->certificate_files();
  if (!files) return say(files.error().message());
  if (files->empty()) return say("the mail server has no certificate in its configuration");
  // Sendmail sends intermediates out of the file of the CAs that it trusts.
  const auto issuers = (*mta)->issuer_files();
  if (!issuers) return say(issuers.error().message());
  for (const std::string& file : *issuers) {
    if (std::find(files->begin(), files->end(), file) == files->end() && ::access(file.c_str(), F_OK) == 0)
      files->push_back(file);
  }
  return *std::move(files);
}

Exit install(Context& context, const conf::Config& config, const InstallOrder& order) {
  cert::VerifySettings settings;
  if (const auto failure = read_verify_settings(context, order.verb, config, settings)) return *failure;
  cert::Material material;
  if (const auto failure = read_files(context, order.files, material)) return *failure;
  Exit status = Exit::yes;
  std::optional<HeldStore> held;
  if (const auto there = cert::Store::open(config.store, cert::Store::Missing::is_error)) {
    if (const auto added = add_waiting_keys(*there, material); !added)
      return store_failure(context, order.verb, added.error());
    if (order.beside) {
      // What is live now must still be live when it is replaced.
      held = hold_store(context, order.verb, config, cert::Store::Missing::is_error, status);
      if (!held) return status;
      if (const auto added = add_live(context, order.verb, held->store, material); !added)
        return store_failure(context, order.verb, added.error());
    }
  } else if (there.error().code != base::Errc::missing) {
    return store_failure(context, order.verb, there.error());
  }
  DaneGate dane(context, settings.hostnames);
  settings.is_designated = [&](const cert::Certificate& c) { return dane.is_designated(c); };
  cert::Verified verified = cert::verify(std::move(material), settings);
  // Whoever waits for the records knows that they are not there yet.
  if (!context.arguments.has("dane")) dane.judge(verified, settings.accepted);
  // With --accept no-key the first certificate may be one that is left out.
  if (!verified.identities.empty()) verified.leaf = verified.identities.front().leaf;
  if (verified.verdict == cert::Verdict::error) {
    tell_damaged_waiting_keys(context, order.verb, config);
    return tell_refusal(context, verified);
  }
  if (context.arguments.has("dane")) {
    if (const auto failure = dane.wait(verified.identities)) return *failure;
  }

  if (!held) held = hold_store(context, order.verb, config, cert::Store::Missing::make, status);
  if (!held) return status;
  std::optional<int> number = same_as_live(held->store, verified.identities);
  const bool is_new = !number;
  if (is_new) {
    const auto added = store_identities(held->store, held->lock, verified.identities,
                                        {base::now(), order.source, order.mark});
    if (!added) return store_failure(context, order.verb, added.error());
    number = *added;
  }
  const auto outcome = put_live(*held, *number, config);
  if (!outcome) return store_failure(context, order.verb, outcome.error());
  if (const auto tidied = tidy_up(*held, is_new ? number : std::nullopt, verified.identities, *outcome);
      !tidied)
    context.out.talk(fmt::format("tlsward {}: warning: {}", order.verb, tidied.error().message()));
  return tell_outcome(context, std::move(verified), *number, *outcome, settings.at);
}

constinit const Verb cert_install_verb{
    "cert install",
    "[FILE...]",
    "Judge certificate, key and chain, store them, make them live, reload the mail server and see them "
    "served",
    install_options,
    1000,
    "tlsward cert install mx.key mx.crt bundle.crt\n"
    "tlsward cert install mx.p12 --passphrase-file /etc/ssl/private/mx.pass --hostname mx.example.org",
    run_install};

}  // namespace tlsward::cli
