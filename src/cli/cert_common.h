// Owns what the verbs of `cert` have in common: their settings, and how a judgement is told.
#ifndef TLSWARD_CLI_CERT_COMMON_H
#define TLSWARD_CLI_CERT_COMMON_H

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "cert/verify.h"
#include "cli/command.h"
#include "conf/config.h"

namespace tlsward::cli {

/// Options that several of the verbs have.
inline constexpr OptionSpec hostname_option{
    "hostname", "NAME", "a name that the certificate has to carry; may be given several times", true};
inline constexpr OptionSpec root_option{"root", "FILE", "trust the CAs in FILE, not those of the system"};
inline constexpr OptionSpec at_option{"at", "DATE", "judge by the clock of that day or moment"};
inline constexpr OptionSpec passphrase_option{"passphrase-file", "FILE",
                                              "the passphrase of an encrypted key, on the file's first line"};
inline constexpr OptionSpec accept_option{"accept", "CHECK",
                                          "make the error CHECK a warning; may be given several times", true};
inline constexpr OptionSpec store_option{"store", "FOLDER", "the certificate store"};
inline constexpr OptionSpec mta_option{"mta", "MTA", "the mail server: auto, postfix, sendmail or none"};
inline constexpr OptionSpec mta_config_option{"mta-config-dir", "FOLDER", "the mail server's configuration"};

/// The configuration with the verb's options over it. A failure is told, and its status comes back.
std::optional<Exit> read_configuration(Context& context, conf::Config& config);

/// The moment to judge by: --at, or now. A failure is told.
std::optional<Exit> read_moment(Context& context, std::string_view verb, base::Seconds& at);

/// The mail server's names: those of the configuration, else what the mail server calls itself, else none.
std::vector<std::string> known_names(Context& context, const conf::Config& config);

/// The settings of a judgement from --at, --root and --accept; names are those of the configuration and of
/// --hostname, and where there are none, the mail server's own (none is a remark on standard error). A
/// failure is told, and its status comes back.
std::optional<Exit> read_verify_settings(Context& context, std::string_view verb, const conf::Config& config,
                                         cert::VerifySettings& settings);

/// The files read and taken apart, with the passphrase of --passphrase-file or from the terminal. A failure
/// is told, and its status comes back; what is wrong within the files is a finding.
std::optional<Exit> read_files(Context& context, const std::vector<std::string>& files,
                               cert::Material& material);

/// {"verdict":…,"findings":[…],"leaf":{…}} as it is promised to scripts, with `more` (",\"name\":value"
/// pairs) behind it.
std::string render_verdict_json(const cert::Verified& verified, std::string_view more = {});

/// The leaf for people, a line each: who it is for, who issued it, when it ends. Empty without one.
std::string render_leaf_text(const cert::Certificate& leaf, base::Seconds now);

/// A judgement that comes from elsewhere than `verify`, added to it: the verdict follows.
void add_finding(cert::Verified& verified, base::Finding finding);

}  // namespace tlsward::cli

#endif
