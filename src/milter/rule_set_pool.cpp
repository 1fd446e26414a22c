#include "milter/rule_set_pool.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace tlsward::milter {
namespace {

/// The very same rule of the very same list: what is compared is identity, which the sets themselves keep
/// from being used again.
bool is_same(const policy::Rule& a, const policy::Rule& b) {
  return a.terms == b.terms && a.file == b.file && a.line == b.line && a.subject == b.subject &&
         a.bits == b.bits;
}

bool is_same(const policy::RuleSet& a, const policy::RuleSet& b) {
  if (a.senders != b.senders || a.listener.has_value() != b.listener.has_value()) return false;
  if (a.listener && !is_same(*a.listener, *b.listener)) return false;
  return std::equal(a.networks.begin(), a.networks.end(), b.networks.begin(), b.networks.end(),
                    [](const policy::Rule& x, const policy::Rule& y) { return is_same(x, y); });
}

std::uint32_t line_of(const policy::RuleSet& set) {
  std::uint32_t line = set.listener ? set.listener->line : 0;
  for (const policy::Rule& rule : set.networks) line = line * 31 + rule.line;
  return line;
}

}  // namespace

std::shared_ptr<const policy::RuleSet> RuleSetPool::share(policy::RuleSet&& fresh) {
  const std::scoped_lock lock(mutex_);
  std::weak_ptr<const policy::RuleSet>& place = held_[line_of(fresh) % places];
  if (auto held = place.lock(); held != nullptr && is_same(*held, fresh)) return held;
  fresh.networks.shrink_to_fit();
  // Two allocations, not one: the set itself is freed with its last holder though the place still remembers
  // it.
  std::shared_ptr<const policy::RuleSet> made(
      new policy::RuleSet(std::move(fresh)));  // NOLINT(modernize-make-shared)
  place = made;
  return made;
}

}  // namespace tlsward::milter
