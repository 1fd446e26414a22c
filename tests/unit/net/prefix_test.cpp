#include "net/prefix.h"

#include <cppunit/extensions/HelperMacros.h>

#include <random>

namespace tlsward::net {
namespace {

/// What parse_network makes of a text: "192.0.2.0/24", "... *" where host bits were set, several joined by a
/// blank, or "!fault@offset".
std::string seen(std::string_view text) {
  const auto parsed = parse_network(text);
  if (const auto* error = std::get_if<SpellingError>(&parsed)) {
    constexpr const char* names[] = {"bad_address", "leading_zero",   "zone",        "bad_length",
                                     "mask_hole",   "mixed_families", "range_order", "junk"};
    return std::string("!") + names[static_cast<int>(error->fault)] + "@" + std::to_string(error->offset);
  }
  const auto& network = std::get<Network>(parsed);
  std::string out;
  for (const Prefix& prefix : network.prefixes) out += (out.empty() ? "" : " ") + to_string(prefix);
  return out + (network.had_host_bits ? " *" : "");
}

}  // namespace

class PrefixTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PrefixTest);
  CPPUNIT_TEST(reads_every_spelling);
  CPPUNIT_TEST(refuses_what_it_cannot_mean);
  CPPUNIT_TEST(agrees_with_itself_on_plain_networks);
  CPPUNIT_TEST(covers_a_range_exactly);
  CPPUNIT_TEST_SUITE_END();

 public:
  void reads_every_spelling() {
    struct Row {
      const char* text;
      const char* want;
    };
    for (const Row& row : {Row{"192.168.1.1", "192.168.1.1/32"},
                           Row{"192.168.2.0:255.255.255.0", "192.168.2.0/24"},
                           Row{"192.168.3.1:255.255.255.128", "192.168.3.0/25 *"},
                           Row{"192.168.5.32/255.255.255.192", "192.168.5.0/26 *"},
                           Row{"192.168.5.64/255.255.255.192", "192.168.5.64/26"},
                           Row{"10.0.0.0/8", "10.0.0.0/8"},
                           Row{"0.0.0.0/0", "0.0.0.0/0"},
                           Row{"10.0.0.10-10.0.0.19", "10.0.0.10/31 10.0.0.12/30 10.0.0.16/30"},
                           Row{"10.0.0.1-10.0.0.1", "10.0.0.1/32"},
                           Row{"0.0.0.0-255.255.255.255", "0.0.0.0/0"},
                           Row{"2001:db8:25::/48", "2001:db8:25::/48"},
                           Row{"[2001:db8::1]", "2001:db8::1/128"},
                           Row{"[2001:db8::]/32", "2001:db8::/32"},
                           Row{"2001:db8::1/32", "2001:db8::/32 *"},
                           Row{"::/0", "::/0"},
                           Row{"::ffff:192.0.2.0/120", "192.0.2.0/24"},
                           Row{"::ffff:0:0/96", "0.0.0.0/0"},
                           Row{"[::ffff:192.0.2.1]", "192.0.2.1/32"},
                           Row{"2001:db8::fffe-2001:db8::1:1", "2001:db8::fffe/127 2001:db8::1:0/127"},
                           Row{"::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"},
                           Row{"192.0.2.0/0.0.0.0", "0.0.0.0/0 *"},
                           Row{"192.0.2.7:255.255.255.255", "192.0.2.7/32"},
                           Row{"[2001:db8::1]-[2001:db8::2]", "2001:db8::1/128 2001:db8::2/128"}}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.text, std::string(row.want), seen(row.text));
    }
  }

  void refuses_what_it_cannot_mean() {
    struct Row {
      const char* text;
      const char* want;
    };
    for (const Row& row : {Row{"192.0.2.0/255.0.255.0", "!mask_hole@10"},
                           Row{"192.0.2.0:255.0.255.0", "!mask_hole@10"},
                           Row{"192.0.2.1/33", "!bad_length@10"},
                           Row{"192.0.2.1/", "!bad_length@10"},
                           Row{"192.0.2.1/024", "!bad_length@10"},
                           Row{"10.0.0.0/4294967304", "!bad_length@9"},
                           Row{"::1/129", "!bad_length@4"},
                           Row{"192.0.2.1/-1", "!bad_length@10"},
                           Row{"fe80::1%eth0", "!zone@7"},
                           Row{"fe80::%eth0/64", "!zone@6"},
                           Row{"010.0.0.1", "!leading_zero@0"},
                           Row{"10.0.00.1", "!leading_zero@5"},
                           Row{"192.0.2", "!bad_address@0"},
                           Row{"192.0.2/24", "!bad_address@0"},
                           Row{"192.0.2.256", "!bad_address@0"},
                           Row{"192.0.2.1x", "!junk@9"},
                           Row{"192.0.2.1,192.0.2.2", "!junk@9"},
                           Row{"10.0.0.9-10.0.0.1", "!range_order@9"},
                           Row{"10.0.0.1-::1", "!mixed_families@9"},
                           Row{"2001:db8::/255.255.0.0", "!mixed_families@11"},
                           Row{"[192.0.2.1]", "!bad_address@1"},
                           Row{"[::1", "!bad_address@0"},
                           Row{"[::1]x", "!junk@5"},
                           Row{"::ffff:192.0.2.0/24", "!bad_length@17"},
                           Row{"192.0.2.0/24/24", "!bad_length@10"},
                           Row{"", "!bad_address@0"},
                           Row{"-", "!bad_address@0"},
                           Row{"mail.example.org", "!bad_address@0"},
                           Row{"10.0.0.1-", "!bad_address@9"},
                           Row{"192.0.2.0/0255.255.255.0", "!leading_zero@10"},
                           Row{"192.0.2.0:24", "!bad_address@10"},
                           Row{"0.0.0.0/1.0.0.0", "!mask_hole@8"}}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.text, std::string(row.want), seen(row.text));
    }
  }

  void agrees_with_itself_on_plain_networks() {
    std::mt19937_64 random(20261122);
    for (int i = 0; i < 200000; ++i) {
      const bool v4 = (random() & 1U) != 0;
      const unsigned bits = static_cast<unsigned>(random() % (v4 ? 33 : 129));
      Address address =
          v4 ? Address::v4(static_cast<std::uint32_t>(random())) : Address::v6(random() | 1, random());
      if ((random() & 3U) != 0) address = address.masked(bits);
      const std::string text = to_string(address) + "/" + std::to_string(bits);
      const auto parsed = parse_network(text);
      CPPUNIT_ASSERT_MESSAGE(text, std::holds_alternative<Network>(parsed));
      const auto& network = std::get<Network>(parsed);
      const Prefix want{address.masked(bits), static_cast<std::uint8_t>(bits)};
      CPPUNIT_ASSERT_MESSAGE(text, network.prefixes.size() == 1 && network.prefixes.front() == want);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(text, address != want.first, network.had_host_bits);
      const auto plain = parse_plain_prefix(text);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(text, address == want.first, plain.has_value());
      CPPUNIT_ASSERT_MESSAGE(text, !plain || *plain == want);
    }
  }

  void covers_a_range_exactly() {
    std::mt19937_64 random(7);
    for (int i = 0; i < 50000; ++i) {
      const bool v4 = (random() & 1U) != 0;
      const unsigned spread = static_cast<unsigned>(random() % 40);
      Address a =
          v4 ? Address::v4(static_cast<std::uint32_t>(random())) : Address::v6(random() | 1, random());
      Address b = a;
      b.low ^= random() & ((std::uint64_t{1} << spread) - 1);
      if (v4) b.low &= 0xFFFFFFFFU;
      if (b < a) std::swap(a, b);
      const auto prefixes = prefixes_of_range(a, b);
      CPPUNIT_ASSERT(prefixes.front().first == a && prefixes.back().last() == b);
      for (std::size_t k = 1; k < prefixes.size(); ++k) {
        CPPUNIT_ASSERT(prefixes[k - 1].last().next() == prefixes[k].first);
        // Two halves of one network would be one prefix too many.
        CPPUNIT_ASSERT(prefixes[k - 1].bits != prefixes[k].bits ||
                       prefixes[k - 1].first.masked(prefixes[k].bits - 1U) !=
                           prefixes[k].first.masked(prefixes[k].bits - 1U));
      }
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PrefixTest);

}  // namespace tlsward::net
