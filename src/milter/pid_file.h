// Owns the pid file, whose lock says more than its text: who holds it lives.
#ifndef TLSWARD_MILTER_PID_FILE_H
#define TLSWARD_MILTER_PID_FILE_H

#include <string>

#include "base/files.h"
#include "base/result.h"

namespace tlsward::milter {

/// A file with our process id, held by a POSIX write lock (fcntl(2)) as long as this lives. `tlsward access
/// reload` finds the daemon by F_GETLK, so a file that outlived its daemon misleads nobody. The lock is the
/// process's: nothing else here may open and close the file.
class PidFile {
 public:
  PidFile() = default;
  PidFile(PidFile&&) = default;
  PidFile& operator=(PidFile&& other) noexcept {
    if (this != &other) release();
    file_ = std::move(other.file_);
    return *this;
  }
  PidFile(const PidFile&) = delete;
  PidFile& operator=(const PidFile&) = delete;
  ~PidFile() { release(); }

  /// Empties the file, which stays, and lets go of the lock.
  void release() noexcept;

  /// Makes or takes the file, mode 0644. Symbolic links are not followed. An empty path: no file.
  /// Errors: conflict (another daemon has it; the text has its pid), missing (no such folder), permission,
  /// io.
  static base::Result<PidFile> hold(const std::string& path);

 private:
  base::Descriptor file_;
};

}  // namespace tlsward::milter

#endif
