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

/// libmilter starts a thread that waits for HUP, INT and TERM with sigwait(3), and would stop the filter at
/// once. The main thread alone leaves these signals open, with handlers that count and write to an eventfd;
/// all others are started with them blocked. The kernel asks the main thread first, but not if that has
/// another signal to take just then, so libmilter's thread is parked for good (`park_waiter`). SIGUSR2 is
/// ours for waking libmilter's listener: its handler does nothing there, and a poll that it interrupts
/// returns.
class Signals {
 public:
  /// Blocks all that is handled here in the calling thread, for it and those it starts. Call it before the
  /// first thread.
  static void block();
  /// Installs the handlers and opens the signals in the calling thread, which must be the main one. SIGPIPE
  /// is ignored.
  static base::Status install();
  /// Lets SIGUSR2 through in the calling thread.
  static void allow_wake();

  /// Finds the thread that waits in sigwait(3) and makes it wait in a signal handler instead, where it takes
  /// nothing and harms nobody. Waits for it to appear, up to a second. False: it was not found (no /proc),
  /// and a signal may go to it.
  static bool park_waiter();

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
