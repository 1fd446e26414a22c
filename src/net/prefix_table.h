// Owns the longest-prefix look-up: which of up to a million networks decides for an address.
#ifndef TLSWARD_NET_PREFIX_TABLE_H
#define TLSWARD_NET_PREFIX_TABLE_H

#include <cstdint>
#include <optional>
#include <vector>

#include "net/address.h"
#include "net/predecessor_index.h"
#include "net/prefix.h"

namespace tlsward::net {

/// Networks with a value each, under way to become a PrefixTable. The same network may come several times.
class PrefixTableBuilder {
 public:
  struct Entry {
    Prefix prefix;
    std::uint32_t value = 0;
  };

  /// `value` must be below PrefixTable::none.
  void add(const Prefix& prefix, std::uint32_t value);
  [[nodiscard]] std::size_t size() const { return v4_.size() + v6_.size(); }

  /// Sorts by network (IPv4 first, the shorter of two that begin alike first; the same network by ascending
  /// value).
  void sort();
  /// Of each network keeps the entry with the lowest value; calls `doubled(kept, dropped)` for each other.
  /// After sort().
  template <class F>
  void drop_doubles(F&& doubled);

 private:
  friend class PrefixTable;
  struct V4 {
    std::uint32_t first;
    std::uint32_t value;
    std::uint8_t bits;
    bool operator<(const V4& o) const {
      return first != o.first ? first < o.first : bits != o.bits ? bits < o.bits : value < o.value;
    }
    [[nodiscard]] bool same_network(const V4& o) const { return first == o.first && bits == o.bits; }
    [[nodiscard]] Prefix prefix() const { return Prefix{Address::v4(first), bits}; }
  };
  struct V6 {
    std::uint64_t high;
    std::uint64_t low;
    std::uint32_t value;
    std::uint8_t bits;
    bool operator<(const V6& o) const {
      if (high != o.high) return high < o.high;
      if (low != o.low) return low < o.low;
      return bits != o.bits ? bits < o.bits : value < o.value;
    }
    [[nodiscard]] bool same_network(const V6& o) const {
      return high == o.high && low == o.low && bits == o.bits;
    }
    [[nodiscard]] Prefix prefix() const { return Prefix{Address{Family::v6, high, low}, bits}; }
  };
  template <class Row, class F>
  static void drop_doubles_of(std::vector<Row>& rows, F& doubled);

  std::vector<V4> v4_;
  std::vector<V6> v6_;
};

/// The table: disjoint ranges of addresses, each with the value of the longest prefix that covers it.
/// Immutable once built; any number of threads may look up.
class PrefixTable {
 public:
  /// No network covers the address.
  static constexpr std::uint32_t none = 0xFFFFFFFFU;

  PrefixTable();

  /// Builds from sorted entries without doubles, and lets go of the builder's memory. `enclosed(value, bits,
  /// parent)` is called once for each network: its value, its length, and the value of the shortest enclosing
  /// network's longest prefix that contains it, or `none`.
  template <class F>
  PrefixTable(PrefixTableBuilder&& builder, F&& enclosed);

  /// The value of the longest prefix that contains the address, or `none`.
  [[nodiscard]] std::uint32_t find(const Address& address) const {
    return address.family == Family::v4 ? v4_values_[v4_.find(static_cast<std::uint32_t>(address.low))]
                                        : find_v6(address);
  }

  /// What the table takes in memory.
  [[nodiscard]] std::size_t bytes() const;

 private:
  /// IPv6 values with this bit point at a run of `inner_`: the 64 bits before are not enough to decide.
  static constexpr std::uint32_t is_inner = 0x80000000U;
  struct Inner {
    std::uint32_t first;
    std::uint32_t count;
  };
  /// Takes ranges in ascending order and joins those with one value.
  class V4Ranges;
  class V6Ranges;

  [[nodiscard]] std::uint32_t find_v6(const Address& address) const;
  void take(V4Ranges&& ranges);
  void take(V6Ranges&& ranges);

  PredecessorIndex<std::uint32_t> v4_;
  std::vector<std::uint32_t> v4_values_;
  PredecessorIndex<std::uint64_t> v6_;  ///< over the first 64 bits
  std::vector<std::uint32_t> v6_values_;
  std::vector<Inner> inner_;
  std::vector<std::uint64_t> inner_keys_;  ///< the last 64 bits, ascending within a run that begins with 0
  std::vector<std::uint32_t> inner_values_;
};

}  // namespace tlsward::net

#include "net/prefix_table_build.h"

#endif
