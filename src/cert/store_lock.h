// Owns the store's lock: one run at a time changes the store, and a second one can say who the first is.
#ifndef TLSWARD_CERT_STORE_LOCK_H
#define TLSWARD_CERT_STORE_LOCK_H

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/files.h"
#include "base/result.h"
#include "cert/folder.h"

namespace tlsward::cert {

/// Who works on a store, as it is written into the lock's file.
struct LockHolder {
  pid_t pid = 0;
  std::string verb;
  base::Seconds since{};
};

/// One line: "1234 install 2026-11-22T10:00:00Z\n".
std::string render_lock_holder(const LockHolder& holder);
/// Reads that line; nothing if it is anything else.
std::optional<LockHolder> parse_lock_holder(std::string_view text);

/// The right to change a store, for as long as this lives; everything that changes one asks for it. It goes
/// with the process, however that ends, and is not inherited by programs that it starts.
class StoreLock {
 public:
  /// Takes the lock of the store in `folder`, tries again for up to `patience` while another run has it, and
  /// writes `holder` into its file (as a courtesy: a full disk does not keep anybody from rolling back).
  /// Errors: conflict (says who has it since when); permission, io; config (no regular file has its name).
  static base::Result<StoreLock> take(const Folder& folder, const LockHolder& holder,
                                      std::chrono::milliseconds patience);

  StoreLock(StoreLock&& other) noexcept = default;
  StoreLock& operator=(StoreLock&& other) noexcept = default;
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;
  ~StoreLock() = default;

  /// Why leftovers of a killed run could not be removed when the lock was taken: worth a warning, no
  /// obstacle. Null if there is nothing to tell; lives as long as this.
  [[nodiscard]] const base::Error* leftover_problem() const { return leftover_problem_.get(); }
  void set_leftover_problem(const base::Error& error) {
    leftover_problem_ = std::make_unique<base::Error>(error);
  }

 private:
  explicit StoreLock(base::Descriptor file) : file_(std::move(file)) {}
  base::Descriptor file_;
  // Not optional<Error>, of which GCC 12 believes under AddressSanitizer that it is moved uninitialized.
  std::unique_ptr<base::Error> leftover_problem_;
};

}  // namespace tlsward::cert

#endif
