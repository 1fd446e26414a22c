// Owns the daemon from its arguments to its exit status.
#ifndef TLSWARD_MILTER_DAEMON_H
#define TLSWARD_MILTER_DAEMON_H

#include <string>
#include <vector>

namespace tlsward::milter {

/// Runs tlswardd with the words behind its name and gives the exit status (DESIGN section 11). To be called
/// once, from the main thread, before any other is started. What runs in libmilter's threads outlives it: the
/// process must end after it.
int run_daemon(const std::vector<std::string>& words);

}  // namespace tlsward::milter

#endif
