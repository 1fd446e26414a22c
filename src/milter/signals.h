// Owns the signals: which thread gets them, and how they become things to do in the main loop.
#ifndef TLSWARD_MILTER_SIGNALS_H
#define TLSWARD_MILTER_SIGNALS_H

#include <csignal>

#include "base/result.h"

namespace tlsward::milter {

/// What signals have asked for since the last look.
struct SignalsSeen {
  unsigned stops = 0;    ///< SIGTERM, SIGINT
  unsigned reloads = 0;  ///< SIGUSR1
  unsigned hangups = 0;  ///< SIGHUP
};

/// libmilter starts a thread that waits for HUP, INT and TERM with sigwait(3) and would stop the filter at once. A signal that is sent
/// to the process goes to the main thread as long as that does not block it (the kernel asks the first thread first), so the main
/// thread alone leaves these open, with handlers that count and write to an eventfd, and all others are started with them blocked.
/// SIGUSR2 is ours for waking libmilter's listener: its handler does nothing, a poll that it interrupts returns.
class Signals {
 public:
  /// Blocks all that is handled here in the calling thread, for it and those it starts. Call it before the first thread.
  static void block();
  /// Installs the handlers and opens the signals in the calling thread, which must be the main one. SIGPIPE is ignored.
  static base::Status install();
  /// Lets SIGUSR2 through in the calling thread.
  static void allow_wake();

  /// An eventfd that is readable when there is something to look at. Any thread may write to it (`poke`).
  static int event();
  static void poke() noexcept;
  /// What came since the last call; resets the eventfd.
  static SignalsSeen take();

  /// The signal that only wakes.
  static constexpr int wake_signal = SIGUSR2;
};

}  // namespace tlsward::milter

#endif
