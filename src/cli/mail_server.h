// Owns which mail server the command speaks of.
#ifndef TLSWARD_CLI_MAIL_SERVER_H
#define TLSWARD_CLI_MAIL_SERVER_H

#include <memory>

#include "base/result.h"
#include "conf/config.h"
#include "mta/adaptor.h"

namespace tlsward::cli {

/// The mail server of the configuration. Null with `mta = none`, and with `mta = auto` where this machine has
/// none. Errors: those of mta::find_mta.
base::Result<std::unique_ptr<mta::Mta>> find_mail_server(const conf::Config& config);

}  // namespace tlsward::cli

#endif
