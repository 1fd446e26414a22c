#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "cert/names.h"
#include "cert/tlsa.h"
#include "cli/cert_common.h"
#include "cli/cert_server.h"
#include "cli/cert_store_use.h"
#include "cli/cert_verbs.h"

namespace tlsward::cli {
namespace {

constexpr std::string_view verb_name = "cert tlsa";

constexpr std::array tlsa_options{hostname_option, store_option, mta_option, mta_config_option};

/// A common life of a mail host's records; the zone's owner knows better.
constexpr std::chrono::seconds suggested_ttl{3600};

/// One record and what it is of.
struct Told {
  base::TlsaRecord record;
  std::string of;          ///< "ecdsa", or the waiting key's name
  std::string_view state;  ///< "live", "waiting", "served"
};

cert::ChainBytes chain_bytes(const std::vector<cert::Certificate>& chain) {
  cert::ChainBytes out;
  for (const cert::Certificate& c : chain) out.push_back({std::string(c.der()), std::string(c.spki_der())});
  return out;
}

void add_chain(std::vector<Told>& out, const std::vector<cert::Certificate>& chain, const std::string& of,
               std::string_view state) {
  for (base::TlsaRecord& record : cert::records_to_publish(chain_bytes(chain))) {
    const auto same = std::find_if(out.begin(), out.end(),
                                   [&](const Told& t) { return t.record == record && t.state == state; });
    // Two identities of one issuer share its record.
    if (same == out.end()) {
      out.push_back({std::move(record), of, state});
    } else {
      same->of += " and " + of;
    }
  }
}

/// 3 1 1 of a key that has no certificate yet: the SHA-256 of its public half.
std::optional<base::TlsaRecord> waiting_record(const std::string& public_key_sha256) {
  base::TlsaRecord record{3, 1, 1, {}};
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  if (public_key_sha256.size() != 64) return std::nullopt;
  for (std::size_t i = 0; i < public_key_sha256.size(); i += 2)
    record.data += static_cast<char>(digit(public_key_sha256[i]) * 16 + digit(public_key_sha256[i + 1]));
  return record;
}

std::optional<Exit> add_stored(Context& context, const conf::Config& config, std::vector<Told>& out) {
  const auto store = cert::Store::open(config.store, cert::Store::Missing::is_error);
  if (!store) return store_failure(context, verb_name, store.error());
  const auto links = store->links();
  if (!links) return store_failure(context, verb_name, links.error());
  if (links->live) {
    const auto deployment = store->deployment(*links->live);
    if (!deployment) return store_failure(context, verb_name, deployment.error());
    for (const cert::StoredIdentity& identity : deployment->about.identities) {
      const auto chain = stored_chain(*store, *deployment, identity.name);
      if (!chain) return store_failure(context, verb_name, chain.error());
      add_chain(out, *chain, identity.name, "live");
    }
  }
  const auto waiting = store->waiting_keys().list();
  if (!waiting) return store_failure(context, verb_name, waiting.error());
  for (const cert::WaitingKey& key : *waiting) {
    if (auto record = waiting_record(key.about.public_key_sha256); record && key.is_complete)
      out.push_back({*std::move(record), key.name, "waiting"});
  }
  return std::nullopt;
}

std::string told_json(const Told& told, const std::string& owner) {
  std::string data;
  for (const char c : told.record.data) data += fmt::format("{:02x}", static_cast<unsigned char>(c));
  std::string out = "{\"owner\":";
  base::append_json_string(out, owner);
  out += fmt::format(R"(,"usage":{},"selector":{},"matching":{},"data":"{}","of":)", told.record.usage,
                     told.record.selector, told.record.matching, data);
  base::append_json_string(out, told.of);
  return out + fmt::format(",\"state\":\"{}\"}}\n", told.state);
}

/// Each record at each name.
Exit tell(Context& context, const std::vector<Told>& all, const std::vector<std::string>& names,
          std::uint16_t port) {
  for (const std::string& name : names) {
    for (const Told& told : all) {
      const auto owner = base::tlsa_owner(name, port);
      const auto line = cert::render_record(name, port, suggested_ttl, told.record);
      if (!owner || !line)
        return usage_error(context, verb_name, (owner ? line.error() : owner.error()).message());
      context.out.data(context.arguments.has("json")
                           ? told_json(told, *owner)
                           : fmt::format("; {}, {}\n{}\n", told.of, told.state, *line));
    }
  }
  return Exit::yes;
}

Exit run_tlsa(Context& context) {
  conf::Config config;
  if (const auto failure = read_configuration(context, config)) return *failure;
  std::vector<Told> all;
  std::vector<std::string> names;
  std::uint16_t port = 25;
  const auto& words = context.arguments.positional();
  if (!words.empty()) {
    const auto server = parse_server(words.front());
    if (!server) return usage_error(context, verb_name, "name a server as HOST:PORT");
    const auto chain = served_certificates(*server);
    if (!chain) {
      context.out.talk(fmt::format("tlsward {}: {}", verb_name, chain.error().message()));
      return Exit::unavailable;
    }
    add_chain(all, *chain, server->host, "served");
    names.push_back(server->host);
    port = server->port;
  } else if (const auto failure = add_stored(context, config, all)) {
    return *failure;
  }
  if (auto named = context.arguments.values("hostname"); !named.empty()) names = std::move(named);
  if (names.empty()) names = known_names(context, config);
  for (std::string& name : names) name = cert::normal_host(name).value_or(name);
  if (names.empty()) return usage_error(context, verb_name, "for which host? give --hostname");
  if (all.empty()) {
    context.out.talk(
        fmt::format("tlsward {}: nothing is live in {}, and no key waits", verb_name, config.store));
    return Exit::no_input;
  }
  return tell(context, all, names, port);
}

}  // namespace

constinit const Verb cert_tlsa_verb{
    "cert tlsa",
    "[HOST:PORT]",
    "Print the DANE records to publish for the live deployment and the waiting keys, or for what is served",
    tlsa_options,
    1,
    "tlsward cert tlsa\n"
    "tlsward cert tlsa mx.example.org:25",
    run_tlsa};

}  // namespace tlsward::cli
