// Owns the watch over file descriptors: libmilter's accept loop spins when there are none left.
#ifndef TLSWARD_MILTER_DESCRIPTOR_GUARD_H
#define TLSWARD_MILTER_DESCRIPTOR_GUARD_H

#include <cstdint>

namespace tlsward::milter {

/// Tells from the lowest free number how many descriptors are in use: numbers are given out from below, so if
/// N is the lowest that is free, N are taken.
class DescriptorGuard {
 public:
  /// `limit`: the soft RLIMIT_NOFILE. The reserve is for list files, the log and list.json.
  explicit DescriptorGuard(std::uint64_t limit) : limit_(limit), reserve_(limit / 8 < 64 ? limit / 8 : 64) {}

  /// Whether new sessions must wait.
  [[nodiscard]] bool is_short() const { return lowest_free() >= limit_ - reserve_; }
  /// Whether they may come again: there is twice the reserve, so that the gate does not swing.
  [[nodiscard]] bool has_recovered() const { return lowest_free() < limit_ - 2 * reserve_; }
  [[nodiscard]] std::uint64_t limit() const { return limit_; }

 private:
  [[nodiscard]] std::uint64_t lowest_free() const;

  std::uint64_t limit_;
  std::uint64_t reserve_;
};

}  // namespace tlsward::milter

#endif
