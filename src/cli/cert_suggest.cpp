#include "cli/cert_suggest.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>

#include "base/text.h"
#include "cert/hook.h"
#include "cert/names.h"
#include "cli/cert_dane.h"
#include "dns/resolver.h"

namespace tlsward::cli {
namespace {

constexpr std::chrono::seconds patience{5};

void add_once(std::vector<std::string>& out, std::string name) {
  if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
}

}  // namespace

std::vector<std::string> domains_of(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const std::string& text : names) {
    const auto name = cert::normal_host(text);
    if (!name) continue;
    const std::size_t dot = name->find('.');
    if (dot == std::string::npos) continue;
    add_once(out, *name);
    if (name->find('.', dot + 1) != std::string::npos) add_once(out, name->substr(dot + 1));
  }
  return out;
}

std::vector<std::string> missing_hosts(const dns::MxAnswer& answer, const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const dns::MxHost& host : answer.hosts) {
    if (!host.name.empty() && !cert::is_ours(names, {host.name})) add_once(out, host.name);
  }
  return out;
}

void suggest_mail_hosts(Context& context, const std::vector<std::string>& names) {
  if (context.arguments.has("no-dns")) return;
  auto resolver = dns::Resolver::open(resolver_settings(context));
  if (!resolver) return;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (const std::string& domain : domains_of(names)) {
    const auto missing = missing_hosts(resolver->mx_hosts(domain, deadline), names);
    if (missing.empty()) continue;
    context.out.talk(fmt::format(
        "DNS names as mail hosts of {} also {}: where that is this server, ask for it too, with --hostname",
        base::printable(domain, 255), base::printable(fmt::format("{}", fmt::join(missing, ", ")), 1024)));
  }
}

}  // namespace tlsward::cli
