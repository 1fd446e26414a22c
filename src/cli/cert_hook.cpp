#include "cert/hook.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "cert/names.h"
#include "cli/cert_common.h"
#include "cli/cert_dane.h"
#include "cli/cert_install.h"
#include "cli/cert_store_use.h"
#include "cli/cert_verbs.h"

namespace tlsward::cli {
namespace {

constexpr std::string_view verb_name = "cert hook";

constexpr std::array hook_options{hostname_option, root_option,      at_option,     accept_option,
                                  no_dns_option,   resolver_option,  anchor_option, store_option,
                                  mta_option,      mta_config_option};

cert::Environment environment() {
  cert::Environment out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) out.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

/// What a certificate that is none of ours is answered: nothing is done, and that is no failure.
Exit not_ours(Context& context, const std::vector<std::string>& hostnames, std::string_view names) {
  context.out.talk(fmt::format("tlsward {}: not for this mail server ({}): {}; nothing to do", verb_name,
                               fmt::join(hostnames, ", "), names));
  return Exit::yes;
}

/// Whether any certificate in the files carries one of our names.
std::optional<Exit> look_inside(Context& context, const std::vector<std::string>& files,
                                const std::vector<std::string>& hostnames, bool& is_ours) {
  cert::Material material;
  if (const auto failure = read_files(context, files, material)) return failure;
  is_ours = std::any_of(
      material.certificates.begin(), material.certificates.end(), [&](const cert::Certificate& c) {
        return std::any_of(hostnames.begin(), hostnames.end(), [&](const std::string& host) {
          return cert::match_name(c, host) != cert::NameMatch::none;
        });
      });
  return std::nullopt;
}

/// A server with an RSA and an ECDSA identity gets them renewed one by one: the other one has to stay.
bool has_several(const conf::Config& config) {
  const auto store = cert::Store::open(config.store, cert::Store::Missing::is_error);
  if (!store) return false;
  const auto links = store->links();
  if (!links || !links->live) return false;
  const auto deployment = store->deployment(*links->live);
  return deployment && deployment->about.identities.size() > 1;
}

Exit run_hook(Context& context) {
  const auto call = cert::read_hook_call(environment(), context.arguments.positional());
  if (!call) return usage_error(context, verb_name, call.error().message());
  if (call->work == cert::HookCall::Work::nothing) {
    const auto& words = context.arguments.positional();
    if (words.empty() || ::access(words.front().c_str(), F_OK) != 0) return Exit::yes;
    return usage_error(context, verb_name,
                       fmt::format("\"{0}\" reads as a step of a renewal tool: write ./{0} for the file",
                                   base::printable(words.front(), 80)));
  }
  conf::Config config;
  if (const auto failure = read_configuration(context, config)) return *failure;
  std::vector<std::string> hostnames = context.arguments.values("hostname");
  if (hostnames.empty()) hostnames = known_names(context, config);
  if (hostnames.empty()) {
    context.out.talk(
        fmt::format("tlsward {}: which certificates are ours is not known: set hostname in tlsward.conf, "
                    "or give --hostname",
                    verb_name));
    return Exit::config;
  }
  for (std::string& name : hostnames) name = cert::normal_host(name).value_or(name);

  InstallOrder order;
  order.verb = verb_name;
  for (const cert::HookFile& file : call->files) {
    if (!file.may_be_missing || ::access(file.path.c_str(), F_OK) == 0) order.files.push_back(file.path);
  }
  if (call->has_all_names && !cert::is_ours(call->names, hostnames))
    return not_ours(context, hostnames, fmt::format("{}", fmt::join(call->names, ", ")));
  if (!call->has_all_names) {
    bool is_ours = false;
    if (const auto failure = look_inside(context, order.files, hostnames, is_ours)) return *failure;
    if (!is_ours)
      return not_ours(context, hostnames,
                      call->names.empty() ? std::string("what is in the files")
                                          : fmt::format("{}", fmt::join(call->names, ", ")));
  }
  order.source = fmt::format("{}: {}", cert::hook_caller_name(call->caller), fmt::join(order.files, " "));
  order.beside = has_several(config);
  return install(context, config, order);
}

}  // namespace

constinit const Verb cert_hook_verb{
    "cert hook",
    "[WORD...]",
    "Install what a renewal tool has renewed: the hook of certbot, lego, dehydrated, acme.sh and uacme",
    hook_options,
    1000,
    "tlsward cert hook\n"
    "tlsward cert hook -- deploy_cert mx.example.org KEY CERT FULLCHAIN CHAIN TIME",
    run_hook};

}  // namespace tlsward::cli
