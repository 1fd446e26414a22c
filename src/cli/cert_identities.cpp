#include "cli/cert_identities.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "base/text.h"
#include "cli/cert_common.h"

namespace tlsward::cli {
namespace {

/// The texts of one identity, which IdentityFiles only points at.
struct Texts {
  base::Secret key;
  std::string certificate;
  std::string chain;
};

}  // namespace

std::string hex_of(std::string_view octets) {
  std::string out;
  for (const char c : octets)
    fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::optional<cert::KeyType> key_type_of(Context& context, std::string_view verb) {
  auto type = cert::parse_key_type(context.arguments.value("key-type").value_or("ecdsa:p256"));
  if (type) return *type;
  usage_error(context, verb, "--key-type: " + type.error().message());
  return std::nullopt;
}

std::optional<Exit> read_subject_names(Context& context, std::string_view verb, const conf::Config& config,
                                       cert::RequestSubject& subject) {
  subject.names = context.arguments.values("hostname");
  if (subject.names.empty()) subject.names = known_names(context, config);
  if (subject.names.empty()) return usage_error(context, verb, "for which host? give --hostname");
  subject.common_name = context.arguments.value("common-name").value_or("");
  return std::nullopt;
}

base::Result<int> store_identities(const cert::Store& store, const cert::StoreLock& lock,
                                   const std::vector<cert::Identity>& identities, const Origin& origin) {
  // For people: a long list of files is cut.
  constexpr std::size_t most = 1000;
  std::string source = origin.source;
  if (source.size() > most) {
    std::size_t cut = most;
    while (cut > 0 && (static_cast<unsigned char>(source[cut]) & 0xC0U) == 0x80U) --cut;
    source.resize(cut);
    source += "...";
  }
  cert::NewDeployment deployment{origin.made_at, std::move(source), origin.mark, {}};
  // Moved nowhere once they are pointed at.
  std::vector<Texts> texts;
  texts.reserve(identities.size());
  for (const cert::Identity& identity : identities) {
    auto key = identity.key.pkcs8_pem();
    if (!key) return key.error();
    Texts& text = texts.emplace_back(Texts{*std::move(key), identity.leaf.pem(), {}});
    for (const cert::Certificate& issuer : identity.chain) text.chain += issuer.pem();
    deployment.identities.push_back({identity.name, text.key.view(), text.certificate, text.chain,
                                     identity.leaf.sha256(), hex_of(identity.leaf.spki_sha256())});
  }
  return store.add(lock, deployment);
}

}  // namespace tlsward::cli
