// Owns `access explain --batch`: many addresses on one list, as fast as they can be read.
#ifndef TLSWARD_CLI_EXPLAIN_BATCH_H
#define TLSWARD_CLI_EXPLAIN_BATCH_H

#include "cli/exit_codes.h"
#include "cli/output.h"
#include "policy/access_list.h"
#include "policy/decision.h"

namespace tlsward::cli {

/// Answers each line `ADDRESS [TLS [BITS]]` of `input_fd` by one JSON object a line on `out`, in order. Empty
/// lines and `#` are skipped. A bad line gives {"line":N,"error":...} in its place and the status data. All
/// else of a session (certificate, sender, listener) is as in `session`.
Exit explain_batch(const policy::AccessList& list, const policy::Session& session,
                   const policy::Settings& settings, policy::Seconds at, int input_fd, Output& out);

}  // namespace tlsward::cli

#endif
