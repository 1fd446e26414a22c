// Owns the exit statuses of tlsward: sysexits(3), as the manual lists them.
#ifndef TLSWARD_CLI_EXIT_CODES_H
#define TLSWARD_CLI_EXIT_CODES_H

#include "base/result.h"

namespace tlsward::cli {

enum class Exit : int {
  yes = 0,             ///< all is well
  no = 1,              ///< refused, unfit, differs, or not all could be said
  usage = 64,          ///< the command line is wrong
  data = 65,           ///< what was to be read is wrong
  no_input = 66,       ///< it does not exist
  unavailable = 69,    ///< the other side is not there
  cannot_write = 73,   ///< the output could not be written
  try_later = 75,      ///< it may work later
  no_permission = 77,  ///< we may not
  config = 78,         ///< the configuration is wrong
};

/// The status for a file that cannot be read: 66 missing, 77 forbidden, else `otherwise`.
constexpr Exit exit_for_file(const base::Error& error, Exit otherwise) {
  switch (error.code) {
    case base::Errc::missing: return Exit::no_input;
    case base::Errc::permission: return Exit::no_permission;
    default: return otherwise;
  }
}

}  // namespace tlsward::cli

#endif
