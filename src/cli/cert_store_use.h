// Owns how the verbs of `cert` come to the store, its lock, and what lies in it.
#ifndef TLSWARD_CLI_CERT_STORE_USE_H
#define TLSWARD_CLI_CERT_STORE_USE_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cert/store.h"
#include "cert/verify.h"
#include "cli/command.h"
#include "conf/config.h"

namespace tlsward::cli {

/// A store that a verb works on, and the right to change it.
struct HeldStore {
  cert::Store store;
  cert::StoreLock lock;
};

/// Says "tlsward VERB: what went wrong" and gives the status for it: 66 missing, 75 held by another run, 77
/// forbidden, 73 not to be written, 65 else.
Exit store_failure(Context& context, std::string_view verb, const base::Error& error);

/// The store, made if it is not there, locked. A failure is told, and nothing comes back; `status` is its
/// status.
std::optional<HeldStore> hold_store(Context& context, std::string_view verb, const conf::Config& config,
                                    cert::Store::Missing missing, Exit& status);

/// The certificates of one identity of a deployment, leaf first. Errors: those of Store::read_public; parse.
base::Result<std::vector<cert::Certificate>> stored_chain(const cert::Store& store,
                                                          const cert::Deployment& deployment,
                                                          const std::string& identity);

/// The identities of a deployment with their keys, for a new judgement over them. Errors: those of the store;
/// parse.
base::Result<cert::Material> stored_material(const cert::Store& store, const cert::Deployment& deployment);

}  // namespace tlsward::cli

#endif
