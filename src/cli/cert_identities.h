// Owns how identities go into the store, and who a new key is for.
#ifndef TLSWARD_CLI_CERT_IDENTITIES_H
#define TLSWARD_CLI_CERT_IDENTITIES_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cert/private_key.h"
#include "cert/request.h"
#include "cert/store.h"
#include "cert/verify.h"
#include "cli/command.h"
#include "conf/config.h"

namespace tlsward::cli {

/// Octets as lower-case hexadecimal digits.
std::string hex_of(std::string_view octets);

/// --key-type, ecdsa:p256 where it is not given. A wrong one is told, and nothing comes back.
std::optional<cert::KeyType> key_type_of(Context& context, std::string_view verb);

/// Names and common name of a request from --hostname and --common-name; without them the configuration's
/// names, then the mail server's own. A failure is told, and its status comes back.
std::optional<Exit> read_subject_names(Context& context, std::string_view verb, const conf::Config& config,
                                       cert::RequestSubject& subject);

/// Where a deployment comes from, as `list` tells it.
struct Origin {
  base::Seconds made_at{};
  std::string source;
  std::string mark;
};

/// Writes the identities as a new deployment, not live yet. Comes back with its number.
/// Errors: those of Store::add and of PrivateKey::pkcs8_pem.
base::Result<int> store_identities(const cert::Store& store, const cert::StoreLock& lock,
                                   const std::vector<cert::Identity>& identities, const Origin& origin);

}  // namespace tlsward::cli

#endif
