// Owns the way of an identity into force: judge, store, make live, prove.
#ifndef TLSWARD_CLI_CERT_INSTALL_H
#define TLSWARD_CLI_CERT_INSTALL_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "conf/config.h"

namespace tlsward::cli {

/// What is to be installed.
struct InstallOrder {
  std::string_view verb;
  std::vector<std::string> files;
  std::string source;   ///< where it comes from, as `list` tells it
  std::string mark;     ///< "adopted", or empty
  bool beside = false;  ///< live identities of other kinds of key stay
};

/// Does it, by the options of the verb (those of `cert install`), and tells what came of it. A refused
/// installation changes nothing in the store, and makes none.
Exit install(Context& context, const conf::Config& config, const InstallOrder& order);

/// The files from which the mail server serves its certificate now. A failure is told, and nothing comes
/// back.
std::optional<std::vector<std::string>> files_of_mta(Context& context, std::string_view verb,
                                                     const conf::Config& config);

}  // namespace tlsward::cli

#endif
