// Owns the making of a PrefixTable: one sweep over sorted networks with a stack of those still open. Part of
// prefix_table.h.
#ifndef TLSWARD_NET_PREFIX_TABLE_BUILD_H
#define TLSWARD_NET_PREFIX_TABLE_BUILD_H

#include <utility>

#include "net/prefix_table.h"

namespace tlsward::net {

class PrefixTable::V4Ranges {
 public:
  using Row = PrefixTableBuilder::V4;
  struct Point {
    std::uint32_t at;
    bool operator<(const Point& o) const { return at < o.at; }
  };
  static Point start_of(const Row& row) { return {row.first}; }
  static Point last_of(const Row& row) {
    return {row.bits == 0
                ? ~0U
                : row.first | static_cast<std::uint32_t>((std::uint64_t{1} << (32U - row.bits)) - 1)};
  }
  /// The point behind; false behind the family's last.
  static bool step(Point& point) { return ++point.at != 0; }
  void begin(Point point, std::uint32_t value);

  std::vector<std::uint32_t> keys{0};
  std::vector<std::uint32_t> values{none};
};

class PrefixTable::V6Ranges {
 public:
  using Row = PrefixTableBuilder::V6;
  struct Point {
    std::uint64_t high;
    std::uint64_t low;
    bool operator<(const Point& o) const { return high != o.high ? high < o.high : low < o.low; }
  };
  static Point start_of(const Row& row) { return {row.high, row.low}; }
  static Point last_of(const Row& row) {
    const Address last = Address{Family::v6, row.high, row.low}.filled(row.bits);
    return {last.high, last.low};
  }
  static bool step(Point& point) { return ++point.low != 0 || ++point.high != 0; }
  void begin(Point point, std::uint32_t value);

  std::vector<std::uint64_t> keys{0};
  std::vector<std::uint32_t> values{none};
  std::vector<Inner> inner;
  std::vector<std::uint64_t> inner_keys;
  std::vector<std::uint32_t> inner_values;

 private:
  void set(std::uint64_t high, std::uint32_t value);
  [[nodiscard]] std::uint32_t last_value() const;
};

namespace detail {

/// Walks the sorted rows, tells `ranges` where the deciding value changes and `enclosed` what stands in what.
template <class Ranges, class F>
void sweep(const std::vector<typename Ranges::Row>& rows, Ranges& ranges, F& enclosed) {
  // A network begins two ranges at most. What stays unused is never touched, and goes with shrink_to_fit.
  ranges.keys.reserve(2 * rows.size() + 2);
  ranges.values.reserve(2 * rows.size() + 2);
  struct Open {
    typename Ranges::Point last;
    std::uint32_t value;
  };
  std::vector<Open> open;
  const auto close_one = [&] {
    typename Ranges::Point behind = open.back().last;
    open.pop_back();
    if (Ranges::step(behind)) ranges.begin(behind, open.empty() ? PrefixTable::none : open.back().value);
  };
  for (const auto& row : rows) {
    const auto start = Ranges::start_of(row);
    while (!open.empty() && open.back().last < start) close_one();
    enclosed(row.value, row.bits, open.empty() ? PrefixTable::none : open.back().value);
    ranges.begin(start, row.value);
    open.push_back(Open{Ranges::last_of(row), row.value});
  }
  while (!open.empty()) close_one();
}

}  // namespace detail

template <class F>
PrefixTable::PrefixTable(PrefixTableBuilder&& builder, F&& enclosed) {
  {
    V4Ranges ranges;
    const auto rows = std::exchange(builder.v4_, {});
    detail::sweep(rows, ranges, enclosed);
    take(std::move(ranges));
  }
  V6Ranges ranges;
  const auto rows = std::exchange(builder.v6_, {});
  detail::sweep(rows, ranges, enclosed);
  take(std::move(ranges));
}

template <class Row, class F>
void PrefixTableBuilder::drop_doubles_of(std::vector<Row>& rows, F& doubled) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (kept != 0 && rows[kept - 1].same_network(rows[i])) {
      doubled(Entry{rows[kept - 1].prefix(), rows[kept - 1].value}, Entry{rows[i].prefix(), rows[i].value});
    } else {
      rows[kept++] = rows[i];
    }
  }
  rows.resize(kept);
}

template <class F>
void PrefixTableBuilder::drop_doubles(F&& doubled) {
  drop_doubles_of(v4_, doubled);
  drop_doubles_of(v6_, doubled);
}

}  // namespace tlsward::net

#endif
