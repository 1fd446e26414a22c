#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "cert/store.h"
#include "cert/store_layout.h"
#include "cli/cert_common.h"
#include "cli/cert_server.h"
#include "cli/cert_verbs.h"
#include "cli/certificate_view.h"

namespace tlsward::cli {
namespace {

constexpr std::string_view verb_name = "cert show";

constexpr std::array show_options{OptionSpec{"field", "LIST", "only these fields, with commas between"},
                                  at_option, passphrase_option, store_option};

/// The fields asked for, in the order asked for; all where none were. Nothing, and told, for an unknown one.
std::optional<std::vector<std::string>> wanted_fields(Context& context) {
  const std::string list = context.arguments.value("field").value_or("");
  const auto known = field_names();
  if (list.empty()) return std::vector<std::string>(known.begin(), known.end());
  std::vector<std::string> out;
  std::string_view rest = list;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string name(base::trim(rest.substr(0, end)));
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      usage_error(context, verb_name,
                  fmt::format("there is no field \"{}\": they are {}", base::printable(name, 40),
                              fmt::join(known, ", ")));
      return std::nullopt;
    }
    out.push_back(name);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

void show_one(Context& context, const cert::Certificate& certificate, const std::vector<std::string>& wanted,
              base::Seconds at, bool is_first) {
  const std::vector<Field> all = fields_of(certificate, at);
  std::vector<Field> fields;
  fields.reserve(wanted.size());
  for (const std::string& name : wanted)
    fields.push_back(*std::find_if(all.begin(), all.end(), [&](const Field& f) { return f.name == name; }));
  if (context.arguments.has("json")) {
    context.out.data(render_fields_json(fields) + "\n");
  } else if (context.arguments.has("field")) {
    for (const Field& field : fields) context.out.data(base::visible(field.value) + "\n");
  } else {
    context.out.data((is_first ? "" : "\n") + render_fields_text(fields));
  }
}

/// The certificates of the live deployment: each identity's leaf and chain.
std::optional<Exit> read_live(Context& context, const conf::Config& config, cert::Material& material) {
  const auto fail = [&](const base::Error& error) {
    context.out.talk(fmt::format("tlsward {}: {}", verb_name, error.message()));
    return exit_for_file(error, Exit::data);
  };
  const auto store = cert::Store::open(config.store, cert::Store::Missing::is_error);
  if (!store) return fail(store.error());
  const auto links = store->links();
  if (!links) return fail(links.error());
  if (!links->live) {
    context.out.talk(
        fmt::format("tlsward {}: nothing is live in {}: name a file or HOST:PORT, or see tlsward "
                    "cert install --help",
                    verb_name, config.store));
    return Exit::no_input;
  }
  const auto deployment = store->deployment(*links->live);
  if (!deployment) return fail(deployment.error());
  std::vector<cert::Input> inputs;
  for (const cert::StoredIdentity& identity : deployment->about.identities) {
    auto text = store->read_public(*deployment, identity.name, cert::kFullchain);
    if (!text) return fail(text.error());
    inputs.push_back({store->live_path(identity.name), base::Secret(*std::move(text))});
  }
  material = cert::read_material(std::move(inputs), {});
  return std::nullopt;
}

std::optional<Exit> read_subject(Context& context, const conf::Config& config, cert::Material& material) {
  const auto& words = context.arguments.positional();
  if (words.empty()) return read_live(context, config, material);
  const auto server = words.front() == "-" || ::access(words.front().c_str(), F_OK) == 0
                          ? std::nullopt
                          : parse_server(words.front());
  if (!server) return read_files(context, {words.front()}, material);
  auto served = served_certificates(*server);
  if (!served) {
    context.out.talk(fmt::format("tlsward {}: {}", verb_name, served.error().message()));
    return Exit::unavailable;
  }
  material.certificates = *std::move(served);
  return std::nullopt;
}

Exit run_show(Context& context) {
  conf::Config config;
  if (const auto failure = read_configuration(context, config)) return *failure;
  base::Seconds at{};
  if (const auto failure = read_moment(context, verb_name, at)) return *failure;
  const auto wanted = wanted_fields(context);
  if (!wanted) return Exit::usage;
  cert::Material material;
  if (const auto failure = read_subject(context, config, material)) return *failure;
  // A key that cannot be opened is no fault here: only certificates are shown.
  if (material.certificates.empty()) {
    context.out.talk(material.findings);
    context.out.talk(fmt::format("tlsward {}: there is no certificate in it", verb_name));
    return Exit::data;
  }
  for (const cert::Certificate& certificate : material.certificates)
    show_one(context, certificate, *wanted, at, &certificate == &material.certificates.front());
  return Exit::yes;
}

}  // namespace

constinit const Verb cert_show_verb{
    "cert show",
    "[FILE|HOST:PORT]",
    "Show the fields of each certificate in a file, of a server, or of the live deployment",
    show_options,
    1,
    "tlsward cert show mx.pem --field names,not_after,days_left\n"
    "tlsward cert show mail.example.org:25 --json",
    run_show};

}  // namespace tlsward::cli
