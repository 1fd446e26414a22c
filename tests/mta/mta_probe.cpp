// A window for tests: what the rooms mta and smtp say of a real mail server, as one JSON object on standard
// output. Usage: mta_probe [--sendmail PROGRAM] [--env NAME=VALUE]... postfix|sendmail|auto FOLDER VERB [...]
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "mta/adaptor.h"
#include "smtp/served.h"

namespace {

using namespace tlsward;
using Json = nlohmann::json;

constexpr std::uint64_t max_certificate = 1U << 20U;

smtp::Deadline after(std::chrono::seconds limit) {
  return std::chrono::steady_clock::now() + limit;
}

Json as_json(const base::Error& error) {
  return {{"error", error.text}, {"where", error.where}, {"code", static_cast<int>(error.code)}};
}

template <class T>
Json as_json(const base::Result<T>& result) {
  return result ? Json(*result) : as_json(result.error());
}

Json as_json(const base::Status& status) {
  return status ? Json{{"ok", true}} : as_json(status.error());
}

Json as_json(const mta::Listener& listener) {
  return {{"service", listener.service}, {"host", listener.host},
          {"port", listener.port},       {"security", smtp::name_of(listener.security)},
          {"has_tls", listener.has_tls}, {"files", listener.certificate_files}};
}

Json as_json(const smtp::Outcome& outcome) {
  Json chain = Json::array();
  for (const std::string& der : outcome.chain) {
    base::Sha256 digest;
    digest.add(der);
    chain.push_back(digest.finish());
  }
  return {{"step", smtp::name_of(outcome.step)},
          {"verdict", smtp::name_of(outcome.verdict)},
          {"text", outcome.text},
          {"chain", chain},
          {"protocol", outcome.tls.protocol},
          {"key_exchange", outcome.tls.key_exchange}};
}

Json describe(const mta::Mta& server) {
  Json out{{"kind", mta::name_of(server.kind())},          {"version", as_json(server.version())},
           {"hostname", as_json(server.hostname())},       {"running", server.is_running()},
           {"files", as_json(server.certificate_files())}, {"issuers", as_json(server.issuer_files())}};
  const auto listeners = server.listeners();
  if (!listeners) return as_json(listeners.error());
  out["listeners"] = Json::array();
  for (const mta::Listener& listener : *listeners) out["listeners"].push_back(as_json(listener));
  return out;
}

smtp::KeyKind kind_of(const std::string& name) {
  for (const auto kind : {smtp::KeyKind::rsa, smtp::KeyKind::ecdsa, smtp::KeyKind::ed25519}) {
    if (name == smtp::name_of(kind)) return kind;
  }
  return smtp::KeyKind::any;
}

/// The listener of that port, as the mail server's configuration has it.
std::optional<smtp::Target> target_of(const mta::Mta& server, const std::string& port,
                                      const std::string& kind) {
  const auto listeners = server.listeners();
  if (!listeners) return std::nullopt;
  for (const mta::Listener& listener : *listeners) {
    if (std::to_string(listener.port) == port) return listener.target("mx.test.example", kind_of(kind));
  }
  return std::nullopt;
}

Json run_verb(mta::Mta& server, const std::vector<std::string>& words) {
  const std::string& verb = words.at(0);
  if (verb == "describe") return describe(server);
  if (verb == "check") return as_json(server.check());
  if (verb == "reload") return as_json(server.reload(after(std::chrono::seconds(20))));
  if (verb == "uses") return as_json(server.uses(words.at(1)));
  // served PORT KIND; await PORT KIND DER-FILE
  const auto target = target_of(server, words.at(1), words.at(2));
  if (!target) return {{"error", "no listener has this port"}};
  if (verb == "served") return as_json(smtp::fetch_served(*target, after(std::chrono::seconds(10))));
  const auto leaf = base::read_file(words.at(3), max_certificate);
  if (!leaf) return as_json(leaf.error());
  return as_json(smtp::await_served(*target, *leaf, after(std::chrono::seconds(15))));
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  mta::Places places = mta::Places::of_this_machine();
  while (words.size() > 2 && words[0].compare(0, 2, "--") == 0) {
    if (words[0] == "--sendmail") places.sendmail = words[1];
    if (words[0] == "--env") places.environment.push_back(words[1]);
    words.erase(words.begin(), words.begin() + 2);
  }
  if (words.size() < 3) return 64;
  const auto wanted = words[0] == "postfix"    ? conf::Mta::postfix
                      : words[0] == "sendmail" ? conf::Mta::sendmail
                                               : conf::Mta::automatic;
  const auto server = mta::find_mta(wanted, words[1], places);
  const Json said = server ? run_verb(**server, {words.begin() + 2, words.end()}) : as_json(server.error());
  fmt::print("{}\n", said.dump());
  return 0;
}
