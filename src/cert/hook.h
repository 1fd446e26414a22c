// Owns the calls of renewal tools: who called, whether there is something to deploy, and which files it is.
// Pure.
#ifndef TLSWARD_CERT_HOOK_H
#define TLSWARD_CERT_HOOK_H

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tlsward::cert {

/// Who called `tlsward cert hook`.
enum class HookCaller : std::uint8_t {
  certbot,     ///< as deploy hook: RENEWED_LINEAGE, RENEWED_DOMAINS
  lego,        ///< as --run-hook or --renew-hook: LEGO_CERT_PATH, LEGO_CERT_KEY_PATH, LEGO_CERT_DOMAIN
  dehydrated,  ///< as HOOK: an operation and its arguments
  acme_sh,     ///< as --reloadcmd or --renew-hook: CERT_FULLCHAIN_PATH, CERT_KEY_PATH, Le_Domain
  uacme,       ///< after `uacme issue`, by the two files in its configuration folder
  files,       ///< anybody else, by the files
};

/// "certbot", "lego", "dehydrated", "acme.sh", "uacme" or "files".
std::string_view hook_caller_name(HookCaller caller);

/// One file that belongs to the new certificate. What it holds is told apart by its content.
struct HookFile {
  std::string path;
  bool may_be_missing = false;  ///< the tool names it without having it in every case: left out then

  bool operator==(const HookFile&) const = default;
};

/// One call, understood.
struct HookCall {
  enum class Work : std::uint8_t {
    deploy,   ///< there is a new certificate in `files`
    nothing,  ///< a step of the tool's that is none of our business: exit 0, and print nothing on standard
              ///< output
  };
  HookCaller caller = HookCaller::files;
  Work work = Work::nothing;
  std::string operation;  ///< for `nothing`: the tool's word for the step, printable
  std::vector<std::string>
      names;  ///< lower case, no trailing dot; those that no certificate can be for are left out
  /// Whether `names` are all of the certificate's. Most tools tell the first one only: then the certificate
  /// itself must be asked whether it is ours.
  bool has_all_names = false;
  std::vector<HookFile> files;  ///< as the tool wrote them; relative to the working folder, or absolute
};

using Environment = std::map<std::string, std::string, std::less<>>;

/// Understands a call of `tlsward cert hook ARGUMENTS…`. Arguments go before the environment: a tool that is
/// started by another one inherits that one's variables. Errors: parse (nobody whom we know; an operation
/// without its arguments); conflict (two tools' variables at once); config (a hook for another step than
/// deployment, which must be installed otherwise: the text says how); range (a value of more than 64 KiB, a
/// path of more than 4 KiB).
base::Result<HookCall> read_hook_call(const Environment& environment,
                                      const std::vector<std::string>& arguments);

/// Whether a certificate for `names` is for any of our host names. A wildcard stands for one whole label, the
/// left-most, and has two labels behind it at least (RFC 9525 section 6.3). Case and trailing dots do not
/// matter; U-labels must be A-labels by then.
bool is_ours(const std::vector<std::string>& names, const std::vector<std::string>& hostnames);

}  // namespace tlsward::cert

#endif
