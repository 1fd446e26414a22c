#include "net/prefix_table.h"

#include <algorithm>
#include <initializer_list>

namespace tlsward::net {

void PrefixTableBuilder::add(const Prefix& prefix, std::uint32_t value) {
  if (prefix.first.family == Family::v4) {
    v4_.push_back(V4{static_cast<std::uint32_t>(prefix.first.low), value, prefix.bits});
  } else {
    v6_.push_back(V6{prefix.first.high, prefix.first.low, value, prefix.bits});
  }
}

namespace {

/// Sorts by 13 bits of a number of 39 from `shift` on, and leaves those alike in their order.
template <class Row, class Number>
void sort_by_digit(const std::vector<Row>& from, std::vector<Row>& to, unsigned shift, Number&& number) {
  constexpr std::size_t digits = std::size_t{1} << 13U;
  const auto digit = [&](const Row& row) {
    return static_cast<std::size_t>(number(row) >> shift) & (digits - 1);
  };
  std::vector<std::uint32_t> place(digits + 1);
  for (const Row& row : from) ++place[digit(row) + 1];
  for (std::size_t i = 1; i <= digits; ++i) place[i] += place[i - 1];
  for (const Row& row : from) to[place[digit(row)]++] = row;
}

/// As std::sort does, several times as fast for a million rows.
template <class Row>
void sort_large(std::vector<Row>& rows) {
  const auto number = [](const Row& row) { return std::uint64_t{row.first} << 6U | row.bits; };
  std::vector<Row> other(rows.size());
  for (const unsigned shift : {0U, 13U, 26U}) {
    sort_by_digit(rows, other, shift, number);
    rows.swap(other);
  }
  // Rows come in the order of their values nearly always; where they did not, doubles are out of order still.
  if (!std::is_sorted(rows.begin(), rows.end())) std::sort(rows.begin(), rows.end());
}

}  // namespace

void PrefixTableBuilder::sort() {
  constexpr std::size_t large = 10000;
  if (v4_.size() < large) {
    std::sort(v4_.begin(), v4_.end());
  } else {
    sort_large(v4_);
  }
  std::sort(v6_.begin(), v6_.end());
}

void PrefixTable::V4Ranges::begin(Point point, std::uint32_t value) {
  if (keys.back() == point.at) {
    values.back() = value;
    // What now begins here may be what goes on from before.
    if (values.size() > 1 && values[values.size() - 2] == value) {
      keys.pop_back();
      values.pop_back();
    }
  } else if (values.back() != value) {
    keys.push_back(point.at);
    values.push_back(value);
  }
}

std::uint32_t PrefixTable::V6Ranges::last_value() const {
  return (values.back() & is_inner) != 0 && values.back() != none ? inner_values.back() : values.back();
}

void PrefixTable::V6Ranges::set(std::uint64_t high, std::uint32_t value) {
  if (keys.back() == high) {
    values.back() = value;
  } else if (values.back() != value) {
    keys.push_back(high);
    values.push_back(value);
  }
}

void PrefixTable::V6Ranges::begin(Point point, std::uint32_t value) {
  const bool has_inner = (values.back() & is_inner) != 0 && values.back() != none;
  // A run of the 64 bits before this one ends with them: what was its last value goes on behind it.
  if (has_inner && keys.back() != point.high) set(keys.back() + 1, inner_values.back());
  if (point.low == 0) {
    set(point.high, value);
    return;
  }
  if (keys.back() != point.high || (values.back() & is_inner) == 0 || values.back() == none) {
    const std::uint32_t before = last_value();
    if (before == value) return;
    const auto number = static_cast<std::uint32_t>(inner.size());
    inner.push_back(Inner{static_cast<std::uint32_t>(inner_keys.size()), 1});
    inner_keys.push_back(0);
    inner_values.push_back(before);
    set(point.high, is_inner | number);
  }
  Inner& run = inner.back();
  if (inner_keys.back() == point.low) {
    inner_values.back() = value;
  } else {
    inner_keys.push_back(point.low);
    inner_values.push_back(value);
    ++run.count;
  }
}

PrefixTable::PrefixTable() {
  take(V4Ranges());
  take(V6Ranges());
}

void PrefixTable::take(V4Ranges&& ranges) {
  v4_ = PredecessorIndex<std::uint32_t>(std::move(ranges.keys));
  v4_values_ = std::move(ranges.values);
  v4_values_.shrink_to_fit();
}

void PrefixTable::take(V6Ranges&& ranges) {
  // The last run may end before the last address does.
  const bool has_inner = (ranges.values.back() & is_inner) != 0 && ranges.values.back() != none;
  if (has_inner && ranges.keys.back() != ~std::uint64_t{0}) {
    ranges.keys.push_back(ranges.keys.back() + 1);
    ranges.values.push_back(ranges.inner_values.back());
  }
  v6_ = PredecessorIndex<std::uint64_t>(std::move(ranges.keys));
  v6_values_ = std::move(ranges.values);
  inner_ = std::move(ranges.inner);
  inner_keys_ = std::move(ranges.inner_keys);
  inner_values_ = std::move(ranges.inner_values);
  v6_values_.shrink_to_fit();
  inner_.shrink_to_fit();
  inner_keys_.shrink_to_fit();
  inner_values_.shrink_to_fit();
}

std::uint32_t PrefixTable::find_v6(const Address& address) const {
  const std::uint32_t value = v6_values_[v6_.find(address.high)];
  if ((value & is_inner) == 0 || value == none) return value;
  const Inner& run = inner_[value & ~is_inner];
  const auto begin = inner_keys_.begin() + run.first;
  const auto at = std::upper_bound(begin, begin + run.count, address.low);
  return inner_values_[static_cast<std::size_t>(at - inner_keys_.begin()) - 1];
}

std::size_t PrefixTable::bytes() const {
  return sizeof *this + v4_.bytes() + v6_.bytes() +
         (v4_values_.capacity() + v6_values_.capacity() + inner_values_.capacity()) * sizeof(std::uint32_t) +
         inner_.capacity() * sizeof(Inner) + inner_keys_.capacity() * sizeof(std::uint64_t);
}

}  // namespace tlsward::net
