#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "cert/checks.h"
#include "cert/store_layout.h"
#include "cli/cert_common.h"
#include "cli/cert_put_live.h"
#include "cli/cert_store_use.h"
#include "cli/cert_verbs.h"

namespace tlsward::cli {
namespace {

constexpr std::string_view rollback_name = "cert rollback";

constexpr std::array rollback_options{hostname_option, root_option, at_option,        accept_option,
                                      store_option,    mta_option,  mta_config_option};

/// Nothing was done: said in one sentence, and as JSON in the shape of a refused installation.
Exit refuse(Context& context, Exit status, const std::string& text) {
  if (context.arguments.has("json")) {
    cert::Verified verified;
    add_finding(verified, base::make_finding(cert::info_of(cert::Check::store_failed), {}, text,
                                             "tlsward cert list names the deployments"));
    tell_refusal(context, verified);
  } else {
    context.out.talk(fmt::format("tlsward {}: {}", rollback_name, text));
  }
  return status;
}

/// The deployment to go back to: the one named, else the one before. A failure is told.
std::optional<cert::Deployment> target_of(Context& context, const cert::Store& store, Exit& status) {
  const auto& words = context.arguments.positional();
  const auto deployments = store.list();
  if (!deployments) {
    status = store_failure(context, rollback_name, deployments.error());
    return std::nullopt;
  }
  std::optional<int> number = cert::rollback_target(*deployments);
  if (!words.empty()) {
    const auto named = base::parse_decimal(words.front(), cert::kMaxNumber);
    if (!named) {
      status = usage_error(context, rollback_name,
                           "a deployment is named by its number, as tlsward cert list has it");
      return std::nullopt;
    }
    number = static_cast<int>(*named);
  }
  if (!number) {
    status = refuse(context, Exit::no, "there is no deployment to go back to");
    return std::nullopt;
  }
  const auto target = std::find_if(deployments->begin(), deployments->end(),
                                   [&](const cert::Deployment& d) { return d.number == *number; });
  if (target == deployments->end()) {
    status = refuse(context, Exit::no_input, fmt::format("there is no deployment {:04}", *number));
    return std::nullopt;
  }
  if (!target->is_complete) {
    status =
        refuse(context, Exit::no, fmt::format("deployment {:04} is damaged: {}", *number, target->fault));
    return std::nullopt;
  }
  return *target;
}

Exit run_rollback(Context& context) {
  conf::Config config;
  if (const auto failure = read_configuration(context, config)) return *failure;
  Exit status = Exit::yes;
  auto held = hold_store(context, rollback_name, config, cert::Store::Missing::is_error, status);
  if (!held) return status;
  const auto target = target_of(context, held->store, status);
  if (!target) return status;
  // What was right when it was installed need not be so any more: it is judged anew.
  cert::VerifySettings settings;
  if (const auto failure = read_verify_settings(context, rollback_name, config, settings)) return *failure;
  auto material = stored_material(held->store, *target);
  if (!material) return store_failure(context, rollback_name, material.error());
  cert::Verified verified = cert::verify(*std::move(material), settings);
  if (verified.verdict == cert::Verdict::error) return tell_refusal(context, verified);
  const auto outcome = put_live(*held, target->number, config);
  if (!outcome) return store_failure(context, rollback_name, outcome.error());
  return tell_outcome(context, std::move(verified), target->number, *outcome, settings.at);
}

}  // namespace

constinit const Verb cert_rollback_verb{
    "cert rollback",
    "[NUMBER]",
    "Make an earlier deployment live again: the one before, or the one with that number",
    rollback_options,
    1,
    "tlsward cert rollback\n"
    "tlsward cert rollback 7",
    run_rollback};

}  // namespace tlsward::cli
