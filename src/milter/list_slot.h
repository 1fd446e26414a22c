// Owns the place of the access list in force: every session copies its rules from here, the loader alone puts
// a new one in.
#ifndef TLSWARD_MILTER_LIST_SLOT_H
#define TLSWARD_MILTER_LIST_SLOT_H

#include <memory>
#include <mutex>

#include "policy/access_list.h"

namespace tlsward::milter {

/// A small mutex around a pointer: atomic<shared_ptr> has a data race in GCC 12's library that
/// ThreadSanitizer shows.
class ListSlot {
 public:
  /// The list in force; never null once the first was put. Hold it for one look-up only: whoever holds the
  /// last copy frees it.
  [[nodiscard]] std::shared_ptr<const policy::AccessList> get() const {
    const std::scoped_lock lock(mutex_);
    return list_;
  }

  /// Puts `next` in force and gives the one before, which is the caller's to free.
  [[nodiscard]] std::shared_ptr<const policy::AccessList> swap(
      std::shared_ptr<const policy::AccessList> next) {
    const std::scoped_lock lock(mutex_);
    list_.swap(next);
    return next;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const policy::AccessList> list_;
};

}  // namespace tlsward::milter

#endif
