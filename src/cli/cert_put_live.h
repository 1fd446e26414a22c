// Owns the last part of install, self-signed and rollback: a stored deployment goes live, and the outcome is
// told.
#ifndef TLSWARD_CLI_CERT_PUT_LIVE_H
#define TLSWARD_CLI_CERT_PUT_LIVE_H

#include <optional>
#include <string>
#include <string_view>

#include "cert/verify.h"
#include "cli/cert_store_use.h"
#include "cli/command.h"
#include "conf/config.h"
#include "mta/deploy.h"

namespace tlsward::cli {

/// Makes `number` live and proves that the mail server of the configuration serves it (mta/deploy.h).
/// Without such a mail server that is a failure at the step check, and nothing is switched. Errors: those of
/// the store, before anything is switched.
base::Result<mta::Outcome> put_live(const HeldStore& held, int number, const conf::Config& config);

/// Tells how it ended: as JSON the verdict with the deployment's number, as text the findings, then one line
/// that begins with SUCCESS or FAILED. `what` names what was done, with its place in the sentence:
/// "installed".
Exit tell_outcome(Context& context, cert::Verified verified, int number, const mta::Outcome& outcome,
                  base::Seconds now);

/// The same for a judgement that did not let it come so far: FAILED, and nothing was changed.
Exit tell_refusal(Context& context, const cert::Verified& verified);

}  // namespace tlsward::cli

#endif
