#include "cli/cert_store_use.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "base/clock.h"
#include "cert/store_layout.h"

namespace tlsward::cli {
namespace {

/// How long a run waits for another one: longer than an install takes with its reload and its proof.
constexpr std::chrono::seconds patience{90};

}  // namespace

Exit store_failure(Context& context, std::string_view verb, const base::Error& error) {
  context.out.talk(fmt::format("tlsward {}: {}", verb, error.message()));
  switch (error.code) {
    case base::Errc::missing: return Exit::no_input;
    case base::Errc::permission: return Exit::no_permission;
    case base::Errc::conflict: return Exit::try_later;
    case base::Errc::io: return Exit::cannot_write;
    default: return Exit::data;
  }
}

std::optional<HeldStore> hold_store(Context& context, std::string_view verb, const conf::Config& config,
                                    cert::Store::Missing missing, Exit& status) {
  auto store = cert::Store::open(config.store, missing);
  if (!store) {
    status = store_failure(context, verb, store.error());
    return std::nullopt;
  }
  auto lock = store->lock(verb.substr(verb.find(' ') + 1), patience, base::now());
  if (!lock) {
    status = store_failure(context, verb, lock.error());
    return std::nullopt;
  }
  if (const auto& problem = lock->leftover_problem())
    context.out.talk(fmt::format("tlsward {}: warning: {}", verb, problem->message()));
  return HeldStore{*std::move(store), *std::move(lock)};
}

base::Result<std::vector<cert::Certificate>> stored_chain(const cert::Store& store,
                                                          const cert::Deployment& deployment,
                                                          const std::string& identity) {
  auto text = store.read_public(deployment, identity, cert::kFullchain);
  if (!text) return text.error();
  std::vector<cert::Input> inputs;
  inputs.push_back({identity, base::Secret(*std::move(text))});
  cert::Material material = cert::read_material(std::move(inputs), {});
  if (material.certificates.empty())
    return base::Error{base::Errc::parse, "the stored certificate cannot be read", store.path()};
  return std::move(material.certificates);
}

base::Result<cert::Material> stored_material(const cert::Store& store, const cert::Deployment& deployment) {
  std::vector<cert::Input> inputs;
  for (const cert::StoredIdentity& identity : deployment.about.identities) {
    auto text = store.read_public(deployment, identity.name, cert::kFullchain);
    if (!text) return text.error();
    auto key = store.read_key(deployment, identity.name);
    if (!key) return key.error();
    inputs.push_back({identity.name, base::Secret(*std::move(text))});
    inputs.push_back({identity.name, *std::move(key)});
  }
  return cert::read_material(std::move(inputs), {});
}

}  // namespace tlsward::cli
