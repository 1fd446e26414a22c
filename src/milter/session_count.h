// Owns the number of open sessions and of callbacks that run, by which a stop knows when nobody is left.
#ifndef TLSWARD_MILTER_SESSION_COUNT_H
#define TLSWARD_MILTER_SESSION_COUNT_H

#include <atomic>
#include <cstdint>

#include "milter/signals.h"

namespace tlsward::milter {

/// Any thread.
class SessionCount {
 public:
  void opened() noexcept { ++open_; }
  /// Wakes the main loop when the last one is gone while that waits for it.
  void closed() noexcept {
    if (--open_ == 0 && awaited_) Signals::poke();
  }
  [[nodiscard]] std::uint64_t open() const noexcept { return open_; }
  void await_end() noexcept { awaited_ = true; }

  /// Lives as long as a callback runs.
  class Callback {
   public:
    explicit Callback(SessionCount& count) noexcept : count_(count) { ++count_.running_; }
    ~Callback() { --count_.running_; }
    Callback(const Callback&) = delete;
    Callback& operator=(const Callback&) = delete;

   private:
    SessionCount& count_;
  };
  [[nodiscard]] std::uint64_t running() const noexcept { return running_; }

 private:
  std::atomic<std::uint64_t> open_{0};
  std::atomic<std::uint64_t> running_{0};
  std::atomic<bool> awaited_{false};
};

}  // namespace tlsward::milter

#endif
