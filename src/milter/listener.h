// Owns libmilter's main loop: its thread, its waking, and its end.
#ifndef TLSWARD_MILTER_LISTENER_H
#define TLSWARD_MILTER_LISTENER_H

#include <atomic>
#include <thread>

#include "base/result.h"
#include "milter/connection.h"

namespace tlsward::milter {

/// smfi_main in a thread of its own, so that the process's signals stay with the main thread (see Signals).
/// One in a process.
class Listener {
 public:
  Listener() = default;
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Hands the listening descriptor `number` to libmilter and starts. Errors: io; libmilter has said more to
  /// syslog.
  base::Status start(Service& service, int number);

  /// Makes libmilter look at its socket and at its stop flag now; of itself it does so once in 5 seconds.
  void nudge() noexcept;
  /// Whether smfi_main has returned, and how.
  [[nodiscard]] bool has_ended() const { return ended_; }
  [[nodiscard]] bool has_failed() const { return failed_; }

  /// Ends libmilter: sessions that are open are served no more. Returns when smfi_main has.
  void stop();

 private:
  std::thread thread_;
  std::atomic<bool> ended_{false};
  std::atomic<bool> failed_{false};
};

}  // namespace tlsward::milter

#endif
