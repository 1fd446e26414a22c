// Owns the pid file of a running Sendmail, and whether the process it names is one.
#ifndef TLSWARD_MTA_SENDMAIL_PROCESS_H
#define TLSWARD_MTA_SENDMAIL_PROCESS_H

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/result.h"

namespace tlsward::mta {

/// What a pid file says, and what tells one writing of it from the next: the number may stay the same when
/// the daemon executes itself.
struct PidNote {
  pid_t pid = 0;
  std::string command;  ///< as it was started, the file's second line; may be empty
  std::uint64_t inode = 0;
  std::int64_t written_ns = 0;  ///< nanoseconds of the modification time

  bool operator==(const PidNote&) const = default;
};

/// Reads a pid file. Errors: missing, permission, parse (no number from 2 on its first line).
base::Result<PidNote> read_pid_file(const std::string& path);

/// The program that a process runs, or ran before its file was replaced; empty where there is no such
/// process.
std::string program_of(pid_t pid);

/// Whether that process lives and its program is called sendmail (also one whose file was replaced since). A
/// stale pid file may name anybody: no signal goes to a process of which this does not hold.
bool is_sendmail(pid_t pid);

}  // namespace tlsward::mta

#endif
