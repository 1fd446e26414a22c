#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.h"
#include "cli/cert_common.h"
#include "cli/cert_identities.h"
#include "cli/cert_put_live.h"
#include "cli/cert_store_use.h"
#include "cli/cert_verbs.h"

namespace tlsward::cli {
namespace {

constexpr std::string_view self_signed_name = "cert self-signed";

constexpr std::array self_signed_options{
    hostname_option,
    OptionSpec{"key-type", "TYPE", "rsa:2048 to rsa:4096, ecdsa:p256 (default), ecdsa:p384 or ed25519"},
    OptionSpec{"common-name", "NAME", "the subject's common name, by default the first name"},
    OptionSpec{"days", "N", "how long it is valid, 825 by default, at most 3650"},
    store_option,
    mta_option,
    mta_config_option};

constexpr std::uint64_t default_days = 825;
constexpr std::uint64_t most_days = 3650;

/// The identity, judged like any other: without roots, as no root can be behind it.
base::Result<cert::Verified> make_identity(const cert::KeyType& type, const cert::RequestSubject& subject,
                                           base::Seconds now, std::chrono::days days) {
  auto key = cert::PrivateKey::generate(type);
  if (!key) return key.error();
  auto certificate = cert::make_self_signed(*key, subject, now, days);
  if (!certificate) return certificate.error();
  cert::Material material;
  material.certificates.push_back(*std::move(certificate));
  material.keys.push_back(*std::move(key));
  cert::VerifySettings settings;
  settings.at = now;
  // A wildcard is no host: one that it stands for is.
  for (const std::string& name : subject.names)
    settings.hostnames.push_back(name.starts_with("*.") ? "any" + name.substr(1) : name);
  return cert::verify(std::move(material), settings);
}

Exit run_self_signed(Context& context) {
  const auto days = base::parse_decimal(
      context.arguments.value("days").value_or(fmt::format("{}", default_days)), most_days);
  if (!days || *days == 0)
    return usage_error(context, self_signed_name,
                       fmt::format("--days takes a number from 1 to {}", most_days));
  conf::Config config;
  if (const auto failure = read_configuration(context, config)) return *failure;
  const auto type = key_type_of(context, self_signed_name);
  if (!type) return Exit::usage;
  cert::RequestSubject subject;
  if (const auto failure = read_subject_names(context, self_signed_name, config, subject)) return *failure;
  const base::Seconds now = base::now();
  auto verified = make_identity(*type, subject, now, std::chrono::days(*days));
  if (!verified) return usage_error(context, self_signed_name, verified.error().message());
  if (verified->verdict == cert::Verdict::error) return tell_refusal(context, *verified);

  Exit status = Exit::yes;
  auto held = hold_store(context, self_signed_name, config, cert::Store::Missing::make, status);
  if (!held) return status;
  const auto number = store_identities(held->store, held->lock, verified->identities,
                                       {now, "made by tlsward cert self-signed", "self-signed"});
  if (!number) return store_failure(context, self_signed_name, number.error());
  const auto outcome = put_live(*held, *number, config);
  if (!outcome) return store_failure(context, self_signed_name, outcome.error());
  return tell_outcome(context, *std::move(verified), *number, *outcome, now);
}

}  // namespace

constinit const Verb cert_self_signed_verb{
    "cert self-signed",
    "",
    "Make a key and a self-signed certificate and install them: TLS now, until a real certificate is there",
    self_signed_options,
    0,
    "tlsward cert self-signed\n"
    "tlsward cert self-signed --hostname mx.example.org --key-type rsa:3072",
    run_self_signed};

}  // namespace tlsward::cli
