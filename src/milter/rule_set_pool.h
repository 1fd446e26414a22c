// Owns the sharing of rule sets: clients under the same rules hold one set together.
#ifndef TLSWARD_MILTER_RULE_SET_POOL_H
#define TLSWARD_MILTER_RULE_SET_POOL_H

#include <array>
#include <memory>
#include <mutex>

#include "policy/access_list.h"

namespace tlsward::milter {

/// Remembers rule sets that connections hold, so that thousands of idle ones do not each have their own.
/// Keeps none alive. Any thread.
class RuleSetPool {
 public:
  /// A set that equals `fresh`: one that is held already, or `fresh` itself, with no memory to spare.
  std::shared_ptr<const policy::RuleSet> share(policy::RuleSet&& fresh);

 private:
  /// A list has as many sets as rules, but one server's clients at one time come from few networks. Two sets
  /// in one place: the later one is remembered, which costs memory and nothing else.
  static constexpr std::size_t places = 256;

  std::mutex mutex_;
  std::array<std::weak_ptr<const policy::RuleSet>, places> held_;
};

}  // namespace tlsward::milter

#endif
