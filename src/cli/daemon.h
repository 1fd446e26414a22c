// Owns what the command line knows of a running tlswardd: its process, by the lock it holds, and the state it
// leaves.
#ifndef TLSWARD_CLI_DAEMON_H
#define TLSWARD_CLI_DAEMON_H

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace tlsward::cli {

/// The process that holds the write lock (POSIX, of the whole file) on `pid_file`: tlswardd holds it for
/// life, so a number left behind by a dead one is never taken for it. Errors: unavailable (nobody holds it,
/// or the file is missing), permission, io.
base::Result<pid_t> find_daemon(const std::string& pid_file);

/// What list.json in the state folder says.
struct DaemonList {
  std::string sha256;
  std::uint64_t rules = 0;
  base::Seconds loaded_at{};
  std::optional<std::string> error;  ///< why the last try to load a list failed; printable
  base::Seconds tried_at{};
  /// Of the file: each writing makes a new one, so this tells two tries apart that say the same within one
  /// second.
  std::uint64_t inode = 0;
  std::int64_t written_ns = 0;

  bool operator==(const DaemonList&) const = default;
};

/// Errors: as reading a file, and parse.
base::Result<DaemonList> read_daemon_list(const std::string& state_dir);

}  // namespace tlsward::cli

#endif
