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

/// A sorted array of keys with tables over it that lead to a run of at most eight keys: each table cuts the
/// span of its keys into equal slots, and a slot that still holds more keys has a table of its own. Random
/// keys need one table, networks as they are given out two or three; however the keys lie, a table divides
/// its span by at least 16, so depth is at most the width of the key / 4. A run is compared whole, without a
/// branch: a mispredicted one costs more than eight comparisons. Immutable once built; any number of threads
/// may search.
template <class Key>
class PredecessorIndex {
 public:
  PredecessorIndex() = default;

  /// `keys`: ascending, no two alike, the first is 0, fewer than 2^31.
  explicit PredecessorIndex(std::vector<Key> keys) : keys_(std::move(keys)), size_(keys_.size()) {
    assert(!keys_.empty() && keys_.front() == 0);
    make_root();
    // A run is read to its full length also where it is shorter: the keys behind it are higher than any that
    // leads to it.
    keys_.reserve(size_ + run_length);
    keys_.resize(size_ + run_length, static_cast<Key>(~Key{0}));
    keys_.shrink_to_fit();
    slots_.shrink_to_fit();
    tables_.shrink_to_fit();
  }

  /// The position of the last key that is not above `key`.
  [[nodiscard]] std::size_t find(Key key) const {
    // The first table covers all keys there can be, so nothing has to be subtracted or clamped.
    std::uint32_t slot = slots_[static_cast<std::size_t>(key >> root_shift_)];
    while ((slot & is_table) != 0) {
      const Table& table = tables_[slot & ~is_table];
      const Key ahead = key > table.base ? static_cast<Key>(key - table.base) : Key{0};
      slot = slots_[table.first_slot +
                    std::min(static_cast<std::size_t>(ahead >> table.shift), std::size_t{table.last_slot})];
    }
    // The answer is in the slot's run or just before it.
    const Key* const run = keys_.data() + slot;
    Key not_above = 0;
    for (std::size_t i = 0; i < run_length; ++i)
      not_above = static_cast<Key>(not_above + (run[i] <= key ? 1U : 0U));
    return std::min(slot + static_cast<std::size_t>(not_above), size_) - 1;
  }

  [[nodiscard]] std::size_t bytes() const {
    return keys_.capacity() * sizeof(Key) + slots_.capacity() * sizeof(std::uint32_t) +
           tables_.capacity() * sizeof(Table);
  }

 private:
  /// A slot is the position of its run's first key, or with this bit the number of a table.
  static constexpr std::uint32_t is_table = 0x80000000U;
  static constexpr std::uint32_t run_length = 8;

  struct Table {
    Key base;  ///< the least key in it
    std::uint32_t first_slot;
    std::uint32_t last_slot;  ///< counted from first_slot
    std::uint32_t shift;
  };

  void make_root() {
    const auto count = static_cast<std::uint32_t>(size_);
    const unsigned slot_bits = std::clamp(static_cast<unsigned>(std::bit_width(count)) + 1U, 8U, 16U);
    root_shift_ = static_cast<unsigned>(sizeof(Key) * 8) - slot_bits;
    slots_.resize(std::size_t{1} << slot_bits);
    fill_slots(0, slots_.size(), 0, count, 0, root_shift_);
  }

  /// Gives each slot of a table its run, or a table of its own.
  void fill_slots(std::size_t first_slot, std::size_t slots, std::uint32_t first, std::uint32_t end, Key base,
                  unsigned shift) {
    std::uint32_t run = first;
    for (std::size_t i = 0; i < slots; ++i) {
      std::uint32_t run_end = run;
      while (run_end < end && static_cast<std::size_t>(static_cast<Key>(keys_[run_end] - base) >> shift) == i)
        ++run_end;
      const std::uint32_t slot = make_slot(run, run_end);  // may grow slots_: no reference is held over it
      slots_[first_slot + i] = slot;
      run = run_end;
    }
  }

  std::uint32_t make_slot(std::uint32_t first, std::uint32_t end) {
    if (end - first <= run_length) return first;
    const auto number = static_cast<std::uint32_t>(tables_.size());
    const Key base = keys_[first];
    const Key span = static_cast<Key>(keys_[end - 1] - base);
    // About one slot for two keys, so that most runs are one cache line.
    const unsigned slot_bits = std::max(4U, static_cast<unsigned>(std::bit_width(end - first)) - 1U);
    const auto span_bits = static_cast<unsigned>(std::bit_width(span));
    const unsigned shift = span_bits > slot_bits ? span_bits - slot_bits : 0;
    const auto last_slot = static_cast<std::uint32_t>(span >> shift);
    const auto first_slot = static_cast<std::uint32_t>(slots_.size());
    tables_.push_back(Table{base, first_slot, last_slot, shift});
    slots_.resize(slots_.size() + last_slot + 1);
    fill_slots(first_slot, std::size_t{last_slot} + 1, first, end, base, shift);
    return number | is_table;
  }

  std::vector<Key> keys_;
  std::size_t size_ = 0;
  std::vector<std::uint32_t> slots_;
  std::vector<Table> tables_;
  unsigned root_shift_ = 0;
};

}  // namespace tlsward::net

#endif
