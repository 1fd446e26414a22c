#include "net/prefix_table.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace tlsward::net {
namespace {

using Networks = std::map<Prefix, std::uint32_t>;

/// The longest of all networks that contain the address, by asking each.
std::uint32_t scan(const Networks& networks, const Address& address) {
  std::uint32_t found = PrefixTable::none;
  int bits = -1;
  for (const auto& [prefix, value] : networks) {
    if (prefix.contains(address) && prefix.bits > bits) {
      found = value;
      bits = prefix.bits;
    }
  }
  return found;
}

PrefixTable build(const Networks& networks, std::map<std::uint32_t, std::uint32_t>* parents = nullptr) {
  PrefixTableBuilder builder;
  for (const auto& [prefix, value] : networks) builder.add(prefix, value);
  builder.sort();
  return PrefixTable(std::move(builder), [&](std::uint32_t value, unsigned /*bits*/, std::uint32_t parent) {
    if (parents != nullptr) (*parents)[value] = parent;
  });
}

/// Random networks that nest, neighbour and repeat: drawn around a few addresses.
Networks random_networks(std::mt19937_64& random, std::size_t count) {
  std::vector<Address> around;
  for (int i = 0; i < 4; ++i) around.push_back(Address::v4(static_cast<std::uint32_t>(random())));
  for (int i = 0; i < 4; ++i) around.push_back(Address::v6(random() | (std::uint64_t{1} << 61U), random()));
  around.push_back(Address::v4(0));
  around.push_back(Address::v4(0xFFFFFFFFU));
  around.push_back(Address::v6(~std::uint64_t{0}, ~std::uint64_t{0}));
  around.push_back(Address{Family::v6, 0, 0});
  Networks networks;
  for (std::uint32_t i = 0; i < count; ++i) {
    Address a = around[random() % around.size()];
    const unsigned width = width_of(a.family);
    const auto bits = static_cast<unsigned>(random() % (width + 1));
    // Flip some bits far behind, so that networks lie beside each other too.
    if (a.family == Family::v4) {
      a.low ^= random() & random() & random() & 0xFFFFFFFFU;
    } else {
      a.high ^= random() & random() & random();
      a.low ^= random() & random();
      if (a.high == 0 && (a.low >> 32U) == 0xFFFFU) continue;
    }
    networks.emplace(Prefix{a.masked(bits), static_cast<std::uint8_t>(bits)}, i);
  }
  return networks;
}

Address before(const Address& a) {
  Address out = a;
  if (out.low == 0 && out.family == Family::v6) --out.high;
  --out.low;
  if (out.family == Family::v4) out.low &= 0xFFFFFFFFU;
  return out;
}

Address after(const Address& a) {
  const auto next = a.next();
  return next ? *next : Address{a.family, 0, 0};
}

}  // namespace

class PrefixTableTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PrefixTableTest);
  CPPUNIT_TEST(finds_nothing_in_an_empty_table);
  CPPUNIT_TEST(takes_the_longest);
  CPPUNIT_TEST(agrees_with_a_scan_over_a_million_addresses);
  CPPUNIT_TEST(names_the_network_around_each);
  CPPUNIT_TEST(keeps_the_first_of_doubles);
  CPPUNIT_TEST(searches_keys_however_they_lie);
  CPPUNIT_TEST_SUITE_END();

 public:
  void finds_nothing_in_an_empty_table() {
    const PrefixTable table;
    for (const char* text : {"0.0.0.0", "255.255.255.255", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::uint32_t{PrefixTable::none}, table.find(*Address::parse(text)));
    }
  }

  void takes_the_longest() {
    const auto prefix = [](const char* text) { return *parse_plain_prefix(text); };
    const PrefixTable table = build({{prefix("10.0.0.0/8"), 1},
                                     {prefix("10.1.0.0/16"), 2},
                                     {prefix("10.1.2.3"), 3},
                                     {prefix("2001:db8::/32"), 4},
                                     {prefix("2001:db8::1"), 5}});
    struct Row {
      const char* address;
      std::uint32_t want;
    };
    for (const Row& row :
         {Row{"9.255.255.255", PrefixTable::none}, Row{"10.0.0.0", 1}, Row{"10.0.255.255", 1},
          Row{"10.1.0.0", 2}, Row{"10.1.2.2", 2}, Row{"10.1.2.3", 3}, Row{"10.1.2.4", 2}, Row{"10.2.0.0", 1},
          Row{"11.0.0.0", PrefixTable::none}, Row{"2001:db8::", 4}, Row{"2001:db8::1", 5},
          Row{"2001:db8::2", 4}, Row{"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", PrefixTable::none},
          Row{"2001:db9::", PrefixTable::none}}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.address, row.want, table.find(*Address::parse(row.address)));
    }
  }

  void agrees_with_a_scan_over_a_million_addresses() {
    std::mt19937_64 random(42);
    std::size_t asked = 0;
    for (int round = 0; asked < 1200000; ++round) {
      const Networks networks = random_networks(random, 1 + static_cast<std::size_t>(random() % 90));
      const PrefixTable table = build(networks);
      const auto ask = [&](const Address& address) {
        ++asked;
        CPPUNIT_ASSERT_EQUAL_MESSAGE(to_string(address), scan(networks, address), table.find(address));
      };
      for (const auto& [prefix, value] : networks) {
        ask(prefix.first);
        ask(prefix.last());
        ask(before(prefix.first));
        ask(after(prefix.last()));
        // The bit just inside of the prefix, and the one just outside.
        for (int i = 0; i < 20; ++i) {
          Address inside = prefix.first;
          inside.low |= random() & (~prefix.first.filled(prefix.bits).low ^ ~prefix.first.low);
          ask(inside);
        }
      }
      for (int i = 0; i < 2000; ++i) {
        ask((random() & 1U) != 0 ? Address::v4(static_cast<std::uint32_t>(random()))
                                 : Address{Family::v6, random(), random()});
      }
    }
  }

  void names_the_network_around_each() {
    std::mt19937_64 random(4711);
    for (int round = 0; round < 200; ++round) {
      const Networks networks = random_networks(random, 60);
      std::map<std::uint32_t, std::uint32_t> parents;
      build(networks, &parents);
      CPPUNIT_ASSERT_EQUAL(networks.size(), parents.size());
      for (const auto& [prefix, value] : networks) {
        Networks shorter;
        std::copy_if(networks.begin(), networks.end(), std::inserter(shorter, shorter.end()),
                     [&](const auto& other) { return other.first.bits < prefix.bits; });
        CPPUNIT_ASSERT_EQUAL_MESSAGE(to_string(prefix), scan(shorter, prefix.first), parents[value]);
      }
    }
  }

  void keeps_the_first_of_doubles() {
    PrefixTableBuilder builder;
    const Prefix net = *parse_plain_prefix("192.0.2.0/24");
    for (const std::uint32_t value : {7U, 3U, 9U}) builder.add(net, value);
    builder.sort();
    std::vector<std::uint32_t> dropped;
    builder.drop_doubles([&](const auto& kept, const auto& other) {
      CPPUNIT_ASSERT_EQUAL(3U, kept.value);
      CPPUNIT_ASSERT(kept.prefix == net);
      dropped.push_back(other.value);
    });
    CPPUNIT_ASSERT((dropped == std::vector<std::uint32_t>{7, 9}));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, builder.size());
  }

  void searches_keys_however_they_lie() {
    std::mt19937_64 random(99);
    std::vector<std::vector<std::uint64_t>> shapes(4);
    for (unsigned i = 0; i < 64; ++i)
      shapes[0].push_back(std::uint64_t{1} << i);                // each twice the one before
    for (unsigned i = 0; i < 1000; ++i) shapes[1].push_back(i);  // all at one end
    for (unsigned i = 0; i < 1000; ++i) shapes[2].push_back(~std::uint64_t{0} - 999 + i);  // all at the other
    for (unsigned i = 0; i < 5000; ++i)
      shapes[3].push_back(random() >> (random() % 64));  // dense below, thin above
    for (auto& keys : shapes) {
      keys.push_back(0);
      std::sort(keys.begin(), keys.end());
      keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
      const PredecessorIndex<std::uint64_t> index(keys);
      const auto ask = [&](std::uint64_t key) {
        const auto want = std::upper_bound(keys.begin(), keys.end(), key) - keys.begin() - 1;
        CPPUNIT_ASSERT_EQUAL(static_cast<std::size_t>(want), index.find(key));
      };
      for (const std::uint64_t key : keys) {
        ask(key);
        ask(key + 1);
        ask(key - 1);
      }
      for (int i = 0; i < 20000; ++i) ask(random() >> (random() % 64));
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PrefixTableTest);

}  // namespace tlsward::net
