#include "cli/cert_common.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "cert/chain.h"
#include "cert/checks.h"
#include "cert/expiry.h"
#include "cert/names.h"
#include "cli/list_loading.h"
#include "cli/mail_server.h"
#include "cli/passphrase.h"
#include "report/findings.h"

namespace tlsward::cli {
namespace {

/// The options of a verb that are keys of the configuration too.
constexpr std::array configuration_options{store_option.name, mta_option.name, mta_config_option.name};

Exit told(Context& context, std::string_view verb, const base::Error& error, Exit status) {
  context.out.talk(fmt::format("tlsward {}: {}", verb, error.message()));
  return status;
}

/// A warning for each file with a key in it that everybody on this machine can read.
void add_key_permissions(cert::Material& material) {
  std::vector<std::string> told;
  for (const cert::Place& place : material.key_places) {
    struct stat status {};
    if (place.file == "-" || ::stat(place.file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    if ((status.st_mode & (S_IROTH | S_IWOTH)) == 0) continue;
    if (std::find(told.begin(), told.end(), place.file) != told.end()) continue;
    told.push_back(place.file);
    const std::string name = base::printable(place.file, 4096);
    material.findings.push_back(
        base::make_finding(cert::info_of(cert::Check::key_permissions), place.file,
                           fmt::format("everybody on this machine can read the private key in {}", name),
                           fmt::format("chmod 600 {}, and think about a new key", name)));
  }
}

}  // namespace

std::optional<Exit> read_configuration(Context& context, conf::Config& config) {
  std::vector<conf::Setting> settings;
  for (const std::string_view name : configuration_options) {
    if (auto value = context.arguments.value(name))
      settings.push_back({std::string(name), *std::move(value)});
  }
  conf::LoadedConfig loaded = conf::load_config(context.config_file, settings);
  context.out.talk(loaded.findings);
  if (const auto failure = config_failure(loaded)) return failure;
  config = std::move(loaded.config);
  return std::nullopt;
}

std::optional<Exit> read_moment(Context& context, std::string_view verb, base::Seconds& at) {
  at = base::now();
  if (const auto text = context.arguments.value("at")) {
    const auto date = base::parse_date(*text);
    if (!date) return usage_error(context, verb, "--at: " + date.error().message());
    at = *date;
  }
  return std::nullopt;
}

std::vector<std::string> known_names(Context& /*context*/, const conf::Config& config) {
  if (!config.hostnames.empty()) return config.hostnames;
  const auto mta = find_mail_server(config);
  if (mta && *mta) {
    if (auto name = (*mta)->hostname(); name && !name->empty()) return {*std::move(name)};
  }
  return {};
}

std::optional<Exit> read_verify_settings(Context& context, std::string_view verb, const conf::Config& config,
                                         cert::VerifySettings& settings) {
  if (const auto failure = read_moment(context, verb, settings.at)) return failure;
  for (const std::string& name : context.arguments.values("accept")) {
    if (!cert::may_accept(name)) {
      return usage_error(context, verb,
                         fmt::format("--accept: \"{}\" is no check whose error can be accepted; the manual "
                                     "lists them",
                                     base::printable(name, 40)));
    }
    settings.accepted.push_back(name);
  }
  auto roots = cert::load_roots(context.arguments.value("root").value_or(""));
  if (!roots) return told(context, verb, roots.error(), exit_for_file(roots.error(), Exit::data));
  settings.roots = *std::move(roots);
  settings.hostnames = context.arguments.values("hostname");
  if (settings.hostnames.empty()) settings.hostnames = known_names(context, config);
  for (const std::string& name : settings.hostnames) {
    if (cert::normal_host(name) || net::Address::parse(name)) continue;
    return usage_error(context, verb, fmt::format("\"{}\" is no host name", base::printable(name, 80)));
  }
  if (settings.hostnames.empty()) {
    context.out.talk(
        "no name of the mail server is known, so names are not compared: give --hostname, or set hostname in "
        "tlsward.conf");
  }
  return std::nullopt;
}

std::optional<Exit> read_files(Context& context, const std::vector<std::string>& files,
                               cert::Material& material) {
  const auto ask = passphrase_source(context.arguments.value("passphrase-file"));
  if (!ask) {
    context.out.talk(fmt::format("--passphrase-file: {}", ask.error().message()));
    return exit_for_file(ask.error(), Exit::data);
  }
  std::vector<cert::Input> inputs;
  base::Findings unreadable;
  std::optional<base::Error> first;
  for (const std::string& file : files) {
    auto input = cert::load_input(file);
    if (input) {
      inputs.push_back(*std::move(input));
      continue;
    }
    unreadable.push_back(cert::unreadable_finding(file, input.error()));
    if (!first) first = input.error();
  }
  // A file that is not there is a slip of the hand, not a judgement over certificates.
  if (first && (first->code == base::Errc::missing || first->code == base::Errc::permission)) {
    context.out.talk(unreadable);
    return exit_for_file(*first, Exit::data);
  }
  material = cert::read_material(std::move(inputs), *ask);
  add_key_permissions(material);
  material.findings.insert(material.findings.begin(), unreadable.begin(), unreadable.end());
  return std::nullopt;
}

std::string render_verdict_json(const cert::Verified& verified, std::string_view more) {
  std::string out = fmt::format(R"({{"verdict":"{}","findings":)", cert::verdict_name(verified.verdict));
  report::append_findings_json(out, verified.findings);
  out += ",\"leaf\":";
  if (verified.leaf) {
    const cert::Certificate& leaf = *verified.leaf;
    out += "{\"subject\":";
    base::append_json_string(out, leaf.subject());
    out += ",\"issuer\":";
    base::append_json_string(out, leaf.issuer());
    fmt::format_to(std::back_inserter(out), R"(,"sha256":"{}","not_before":"{}","not_after":"{}","key":)",
                   leaf.sha256(), base::render_time(leaf.not_before()), base::render_time(leaf.not_after()));
    base::append_json_string(out, leaf.key().text());
    out += '}';
  } else {
    out += "null";
  }
  out += more;
  out += "}\n";
  return out;
}

std::string render_leaf_text(const cert::Certificate& leaf, base::Seconds now) {
  return fmt::format("{} ({}), issued by {}, until {} ({})\n", cert::names_text(leaf), leaf.key().text(),
                     base::printable(leaf.issuer(), 200), base::render_time(leaf.not_after()),
                     cert::remaining_text(leaf.not_after(), now));
}

void add_finding(cert::Verified& verified, base::Finding finding) {
  switch (finding.severity) {
    case base::Severity::error: verified.verdict = cert::Verdict::error; break;
    case base::Severity::warning:
      verified.verdict = std::max(verified.verdict, cert::Verdict::warning);
      break;
    case base::Severity::info: break;
  }
  const auto at = std::find_if(verified.findings.begin(), verified.findings.end(),
                               [&](const base::Finding& f) { return f.severity < finding.severity; });
  verified.findings.insert(at, std::move(finding));
}

}  // namespace tlsward::cli
