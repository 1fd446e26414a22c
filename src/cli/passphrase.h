// Owns how a passphrase is asked for: from a file, or from the person at the terminal, never from an
// argument.
#ifndef TLSWARD_CLI_PASSPHRASE_H
#define TLSWARD_CLI_PASSPHRASE_H

#include <optional>
#include <string>

#include "base/result.h"
#include "cert/intake.h"

namespace tlsward::cli {

/// Where passphrases come from: the first line of `file` (without its line end) where one is named, each
/// thing being tried with it once; else the terminal of this process, without echo, if it has one; else
/// nowhere. Errors: those of base::read_secret_file.
base::Result<cert::AskPassphrase> passphrase_source(const std::optional<std::string>& file);

}  // namespace tlsward::cli

#endif
