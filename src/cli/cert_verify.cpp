#include <array>
#include <utility>

#include "cert/verify.h"
#include "cli/cert_common.h"
#include "cli/cert_verbs.h"
#include "report/findings.h"

namespace tlsward::cli {
namespace {

constexpr std::array verify_options{
    hostname_option, root_option,
    at_option,       passphrase_option,
    accept_option,   OptionSpec{"no-key", "", "judge certificates alone, without their key"},
    mta_option,      mta_config_option};

Exit run_verify(Context& context) {
  constexpr std::string_view verb = "cert verify";
  const auto& files = context.arguments.positional();
  if (files.empty()) return usage_error(context, verb, "which files? name them, or - for standard input");
  conf::Config config;
  if (const auto failure = read_configuration(context, config)) return *failure;
  cert::VerifySettings settings;
  if (const auto failure = read_verify_settings(context, verb, config, settings)) return *failure;
  settings.needs_key = !context.arguments.has("no-key");
  cert::Material material;
  if (const auto failure = read_files(context, files, material)) return *failure;
  const cert::Verified verified = cert::verify(std::move(material), settings);
  const bool is_fit = verified.verdict != cert::Verdict::error;
  if (context.arguments.has("json")) {
    context.out.data(render_verdict_json(verified));
  } else {
    context.out.data(report::render_findings_text(verified.findings, context.out.data_in_colour()));
    if (verified.leaf) context.out.data(render_leaf_text(*verified.leaf, settings.at));
    context.out.data(report::count_findings(verified.findings) +
                     (is_fit ? ": fit to be installed\n" : ": not fit to be installed\n"));
  }
  return is_fit ? Exit::yes : Exit::no;
}

}  // namespace

constinit const Verb cert_verify_verb{
    "cert verify",
    "FILE...",
    "Judge certificate, key and chain in any number of files, in any order and form; nothing is installed",
    verify_options,
    1000,
    "tlsward cert verify mx.pem --hostname mx.example.org\n"
    "tlsward cert verify key.pem cert.der bundle.p7b --at 2027-01-01",
    run_verify};

}  // namespace tlsward::cli
