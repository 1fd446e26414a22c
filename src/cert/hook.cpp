#include "cert/hook.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "base/tlsa_record.h"
#include "net/address.h"

namespace tlsward::cert {
namespace {

using base::Errc;
using base::Error;
using base::Result;
using Arguments = std::vector<std::string>;

constexpr std::size_t longest_value = 65536;
constexpr std::size_t longest_path = 4096;

/// The value of a variable; one that is empty is as one that is not set.
std::string_view value_of(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string_view() : std::string_view(found->second);
}

bool has(const Environment& environment, std::string_view name) {
  return !value_of(environment, name).empty();
}

std::string normal(std::string_view name) {
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  return base::to_lower(name);
}

/// A host name, a wildcard of one, or an IP address (RFC 8738).
bool is_certificate_name(std::string_view name) {
  if (net::Address::parse(name)) return true;
  if (name.substr(0, 2) == "*.") name.remove_prefix(2);
  return base::is_dns_host_name(name);
}

/// The names in a list separated by blanks, each once.
std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(" \t\n,"), list.size());
    const std::string name = normal(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    if (is_certificate_name(name) && std::find(out.begin(), out.end(), name) == out.end())
      out.push_back(name);
  }
  return out;
}

Result<HookCall> deployment(HookCaller caller, std::vector<std::string> names, std::vector<HookFile> files) {
  for (const HookFile& file : files) {
    if (file.path.empty())
      return Error{Errc::parse, fmt::format("{} names an empty path", hook_caller_name(caller)), {}};
    if (file.path.size() > longest_path)
      return Error{Errc::range,
                   fmt::format("{} names a path of {} bytes", hook_caller_name(caller), file.path.size()),
                   {}};
  }
  HookCall call;
  call.caller = caller;
  call.work = HookCall::Work::deploy;
  call.names = std::move(names);
  call.files = std::move(files);
  return call;
}

HookCall nothing(HookCaller caller, std::string_view operation) {
  HookCall call;
  call.caller = caller;
  call.operation = base::printable(operation, 64);
  return call;
}

bool is_operation(std::string_view word) {
  return word.find('_') != std::string_view::npos && std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || base::is_digit(c) || c == '_';
         });
}

Result<HookCall> dehydrated(const Arguments& arguments) {
  // It also tries a word that nobody knows, to see that hooks pass over what they do not know.
  if (arguments[0] != "deploy_cert") return nothing(HookCaller::dehydrated, arguments[0]);
  // deploy_cert DOMAIN KEY CERT FULLCHAIN CHAIN TIME
  if (arguments.size() < 6)
    return Error{Errc::parse,
                 fmt::format("dehydrated's deploy_cert has a name and four files, here are {} words",
                             arguments.size() - 1),
                 {}};
  return deployment(HookCaller::dehydrated, names_in(arguments[1]),
                    {{arguments[2], false}, {arguments[4], false}});
}

/// uacme calls its hook for challenges only: METHOD TYPE IDENT TOKEN AUTH.
bool is_challenge_of_uacme(const Arguments& arguments) {
  return arguments.size() == 5 &&
         (arguments[0] == "begin" || arguments[0] == "done" || arguments[0] == "failed");
}

Result<HookCall> challenge(const Arguments& arguments) {
  if (arguments[0] != "begin") return nothing(HookCaller::uacme, arguments[0]);
  // A success would tell uacme that the challenge is met, and the authority would find nothing.
  return Error{
      Errc::config,
      "this is no hook for uacme's challenges: call it after `uacme issue` has succeeded, with the two files",
      {}};
}

/// The name in CONFDIR/private/NAME/key.pem beside CONFDIR/NAME/cert.pem.
std::optional<std::string> name_by_uacme(const Arguments& arguments) {
  constexpr std::string_view key_file = "/key.pem";
  constexpr std::string_view private_folder = "/private/";
  if (arguments.size() != 2) return std::nullopt;
  for (const std::size_t at : {0U, 1U}) {
    std::string_view key = arguments[at];
    if (key.size() <= key_file.size() || key.substr(key.size() - key_file.size()) != key_file) continue;
    key.remove_suffix(key_file.size());
    const std::size_t folder = key.rfind(private_folder);
    if (folder == std::string_view::npos) continue;
    const std::string_view name = key.substr(folder + private_folder.size());
    if (arguments[1 - at] == fmt::format("{}/{}/cert.pem", key.substr(0, folder), name))
      return std::string(name);
  }
  return std::nullopt;
}

Result<HookCall> by_arguments(const Arguments& arguments) {
  if (is_operation(arguments[0])) return dehydrated(arguments);
  if (is_challenge_of_uacme(arguments)) return challenge(arguments);
  std::vector<HookFile> files;
  for (const std::string& path : arguments) {
    // Words of another tool must not be taken for files that happen to be missing.
    if (path.find_first_of("./") == std::string::npos || path[0] == '-')
      return Error{Errc::parse,
                   fmt::format("\"{}\" is neither an operation of a renewal tool nor a file (write ./NAME)",
                               base::printable(path)),
                   {}};
    files.push_back({path, false});
  }
  if (const auto name = name_by_uacme(arguments))
    return deployment(HookCaller::uacme, names_in(*name), std::move(files));
  return deployment(HookCaller::files, {}, std::move(files));
}

bool is_certbot(const Environment& environment) {
  // Newer ones tell their post hooks which names were renewed, and no folder.
  return has(environment, "RENEWED_LINEAGE") || environment.find("RENEWED_DOMAINS") != environment.end();
}

Result<HookCall> certbot(const Environment& environment) {
  const std::string lineage(value_of(environment, "RENEWED_LINEAGE"));
  if (lineage.empty()) {
    if (!has(environment, "RENEWED_DOMAINS")) return nothing(HookCaller::certbot, "post-hook");
    return Error{
        Errc::config,
        "certbot names no files to this hook: install it as --deploy-hook, or in renewal-hooks/deploy",
        {}};
  }
  auto call = deployment(HookCaller::certbot, names_in(value_of(environment, "RENEWED_DOMAINS")),
                         {{lineage + "/privkey.pem", false}, {lineage + "/fullchain.pem", false}});
  if (call) call->has_all_names = !call->names.empty();
  return call;
}

Result<HookCall> lego(const Environment& environment) {
  const std::string certificate(value_of(environment, "LEGO_CERT_PATH"));
  // For a certificate by --csr it names a key that it never had.
  std::vector<HookFile> files{{certificate, false}};
  if (has(environment, "LEGO_CERT_KEY_PATH"))
    files.push_back({std::string(value_of(environment, "LEGO_CERT_KEY_PATH")), true});
  // With --no-bundle the issuer is in a file of its own; before version 4.10 no variable says where.
  constexpr std::string_view ending = ".crt";
  if (has(environment, "LEGO_ISSUER_CERT_PATH")) {
    files.push_back({std::string(value_of(environment, "LEGO_ISSUER_CERT_PATH")), true});
  } else if (certificate.size() > ending.size() &&
             certificate.compare(certificate.size() - ending.size(), ending.size(), ending) == 0) {
    files.push_back({certificate.substr(0, certificate.size() - ending.size()) + ".issuer.crt", true});
  }
  return deployment(HookCaller::lego, names_in(value_of(environment, "LEGO_CERT_DOMAIN")), std::move(files));
}

bool is_acme_sh(const Environment& environment) {
  return has(environment, "Le_Domain") &&
         (has(environment, "CERT_FULLCHAIN_PATH") || has(environment, "CERT_PATH"));
}

Result<HookCall> acme_sh(const Environment& environment) {
  const bool is_whole = has(environment, "CERT_FULLCHAIN_PATH");
  std::vector<HookFile> files{
      {std::string(value_of(environment, is_whole ? "CERT_FULLCHAIN_PATH" : "CERT_PATH")), false}};
  if (!is_whole && has(environment, "CA_CERT_PATH"))
    files.push_back({std::string(value_of(environment, "CA_CERT_PATH")), true});
  // A certificate by --signcsr has its key elsewhere.
  if (has(environment, "CERT_KEY_PATH"))
    files.push_back({std::string(value_of(environment, "CERT_KEY_PATH")), true});
  return deployment(HookCaller::acme_sh, names_in(value_of(environment, "Le_Domain")), std::move(files));
}

base::Status within_bounds(const Environment& environment, const Arguments& arguments) {
  for (const std::string_view name :
       {"RENEWED_LINEAGE", "RENEWED_DOMAINS", "LEGO_CERT_PATH", "LEGO_CERT_KEY_PATH", "LEGO_CERT_DOMAIN",
        "LEGO_ISSUER_CERT_PATH", "CERT_FULLCHAIN_PATH", "CERT_PATH", "CERT_KEY_PATH", "CA_CERT_PATH",
        "Le_Domain"}) {
    if (value_of(environment, name).size() > longest_value)
      return Error{
          Errc::range, fmt::format("the variable {} has more than {} bytes", name, longest_value), {}};
  }
  if (std::any_of(arguments.begin(), arguments.end(),
                  [](const std::string& word) { return word.size() > longest_value; }))
    return Error{Errc::range, fmt::format("an argument has more than {} bytes", longest_value), {}};
  return base::Done{};
}

bool covers(std::string_view name, std::string_view host) {
  if (name == host) return true;
  if (name.substr(0, 2) != "*." || name.find('.', 2) == std::string_view::npos) return false;
  const std::size_t dot = host.find('.');
  return dot != std::string_view::npos && dot > 0 && host.substr(dot) == name.substr(1);
}

}  // namespace

std::string_view hook_caller_name(HookCaller caller) {
  switch (caller) {
    case HookCaller::certbot: return "certbot";
    case HookCaller::lego: return "lego";
    case HookCaller::dehydrated: return "dehydrated";
    case HookCaller::acme_sh: return "acme.sh";
    case HookCaller::uacme: return "uacme";
    case HookCaller::files: return "files";
  }
  return "files";
}

Result<HookCall> read_hook_call(const Environment& environment, const Arguments& arguments) {
  if (auto fits = within_bounds(environment, arguments); !fits) return fits.error();
  if (!arguments.empty()) return by_arguments(arguments);
  const bool by_certbot = is_certbot(environment);
  const bool by_lego = has(environment, "LEGO_CERT_PATH");
  const bool by_acme_sh = is_acme_sh(environment);
  if ((by_certbot && by_lego) || (by_certbot && by_acme_sh) || (by_lego && by_acme_sh))
    return Error{Errc::conflict,
                 "the variables of two renewal tools are set at once: give the files as arguments",
                 {}};
  if (by_certbot) return certbot(environment);
  if (by_lego) return lego(environment);
  if (by_acme_sh) return acme_sh(environment);
  return Error{Errc::parse,
               "no renewal tool called this: neither arguments nor the variables of certbot, lego or acme.sh "
               "are there",
               {}};
}

bool is_ours(const std::vector<std::string>& names, const std::vector<std::string>& hostnames) {
  return std::any_of(names.begin(), names.end(), [&hostnames](const std::string& name) {
    const std::string mine = normal(name);
    return !mine.empty() && std::any_of(hostnames.begin(), hostnames.end(), [&mine](const std::string& host) {
      return covers(mine, normal(host));
    });
  });
}

}  // namespace tlsward::cert
