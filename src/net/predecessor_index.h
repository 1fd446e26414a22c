// Owns the search at the bottom of every look-up: in a sorted array, the last key that is not above a given
// one.
#ifndef TLSWARD_NET_PREDECESSOR_INDEX_H
#define TLSWARD_NET_PREDECESSOR_INDEX_H

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tlsward::net {

/// A sorted array of keys with tables over it that lead to a run of a few keys: each table cuts the span of
/// its keys into equal slots, and a slot that still holds many keys has a table of its own. Random keys need
/// one table, networks as they are given out two or three; however the keys lie, a table divides its span by
/// at least 16, so depth is at most the width of the key / 4. Immutable once built; any number of threads may
/// search.
template <class Key>
class PredecessorIndex {
 public:
  PredecessorIndex() = default;

  /// `keys`: ascending, no two alike, the first is 0, fewer than 2^31.
  explicit PredecessorIndex(std::vector<Key> keys) : keys_(std::move(keys)) {
    assert(!keys_.empty() && keys_.front() == 0);
    keys_.shrink_to_fit();
    root_ = make_slot(0, static_cast<std::uint32_t>(keys_.size()));
    slots_.shrink_to_fit();
    tables_.shrink_to_fit();
  }

  /// The position of the last key that is not above `key`.
  [[nodiscard]] std::size_t find(Key key) const {
    Slot slot = root_;
    while ((slot.count & is_table) != 0) {
      const Table& table = tables_[slot.first];
      const Key ahead = key > table.base ? static_cast<Key>(key - table.base) : Key{0};
      const std::size_t at =
          std::min<std::size_t>(static_cast<std::size_t>(ahead >> table.shift), table.size - 1);
      slot = slots_[table.first_slot + at];
    }
    // The answer is in the slot's run or just before it.
    const Key* run = keys_.data() + slot.first;
    std::size_t n = slot.count;
    while (n > 0) {
      const std::size_t half = (n + 1) / 2;
      run = run[half - 1] <= key ? run + half : run;
      n -= half;
    }
    return static_cast<std::size_t>(run - keys_.data()) - 1;
  }

  [[nodiscard]] const std::vector<Key>& keys() const { return keys_; }
  [[nodiscard]] std::size_t bytes() const {
    return keys_.capacity() * sizeof(Key) + slots_.capacity() * sizeof(Slot) +
           tables_.capacity() * sizeof(Table);
  }

 private:
  static constexpr std::uint32_t is_table = 0x80000000U;
  static constexpr std::uint32_t longest_run = 8;

  struct Slot {
    std::uint32_t first = 0;  ///< the first key of the run, or the table's number
    std::uint32_t count = 0;  ///< keys in the run, or is_table
  };
  struct Table {
    Key base;  ///< the least key in it
    std::uint32_t first_slot;
    std::uint32_t size;
    std::uint32_t shift;
  };

  Slot make_slot(std::uint32_t first, std::uint32_t end) {
    if (end - first <= longest_run) return Slot{first, end - first};
    const auto number = static_cast<std::uint32_t>(tables_.size());
    const Key base = keys_[first];
    const Key span = static_cast<Key>(keys_[end - 1] - base);
    // About one slot for two keys, so that most runs are a cache line or less.
    const unsigned slot_bits = std::max(4U, static_cast<unsigned>(std::bit_width(end - first)) - 2U);
    const auto span_bits = static_cast<unsigned>(std::bit_width(span));
    const unsigned shift = span_bits > slot_bits ? span_bits - slot_bits : 0;
    const auto size = static_cast<std::uint32_t>(static_cast<std::size_t>(span >> shift) + 1);
    const auto first_slot = static_cast<std::uint32_t>(slots_.size());
    tables_.push_back(Table{base, first_slot, size, shift});
    slots_.resize(slots_.size() + size);
    std::uint32_t run = first;
    for (std::uint32_t i = 0; i < size; ++i) {
      std::uint32_t run_end = run;
      while (run_end < end && static_cast<std::size_t>(static_cast<Key>(keys_[run_end] - base) >> shift) == i)
        ++run_end;
      const Slot slot = make_slot(run, run_end);  // may grow slots_: no reference is held over it
      slots_[first_slot + i] = slot;
      run = run_end;
    }
    return Slot{number, is_table};
  }

  std::vector<Key> keys_;
  std::vector<Slot> slots_;
  std::vector<Table> tables_;
  Slot root_;
};

}  // namespace tlsward::net

#endif
