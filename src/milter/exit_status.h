// Owns the daemon's exit statuses (sysexits.h, DESIGN section 11).
#ifndef TLSWARD_MILTER_EXIT_STATUS_H
#define TLSWARD_MILTER_EXIT_STATUS_H

#include "base/result.h"

namespace tlsward::milter {

enum class ExitStatus : int {
  ok = 0,
  usage = 64,
  missing = 66,      ///< a configuration file that was named is not there
  unavailable = 69,  ///< another daemon is in the way
  internal = 70,
  cannot_write = 73,  ///< no socket, pid file or log could be made
  no_permission = 77,
  configuration = 78,
};

/// For what fails while the daemon makes its files.
constexpr ExitStatus status_of(base::Errc code) {
  switch (code) {
    case base::Errc::parse:
    case base::Errc::range:
    case base::Errc::config: return ExitStatus::configuration;
    case base::Errc::conflict:
    case base::Errc::unavailable: return ExitStatus::unavailable;
    case base::Errc::permission: return ExitStatus::no_permission;
    case base::Errc::missing:
    case base::Errc::io: return ExitStatus::cannot_write;
  }
  return ExitStatus::internal;
}

}  // namespace tlsward::milter

#endif
