#include "net/address.h"

#include <arpa/inet.h>
#include <cppunit/extensions/HelperMacros.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

namespace tlsward::net {

class AddressTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AddressTest);
  CPPUNIT_TEST(writes_what_it_read);
  CPPUNIT_TEST(refuses_what_is_no_address);
  CPPUNIT_TEST(takes_mapped_addresses_as_ipv4);
  CPPUNIT_TEST(masks_and_fills);
  CPPUNIT_TEST(counts_up_to_the_end_of_the_family);
  CPPUNIT_TEST(comes_out_of_a_socket_address);
  CPPUNIT_TEST_SUITE_END();

 public:
  void writes_what_it_read() {
    struct Row {
      const char* text;
      const char* want;
    };
    for (const Row& row :
         {Row{"0.0.0.0", "0.0.0.0"}, Row{"192.0.2.1", "192.0.2.1"}, Row{"255.255.255.255", "255.255.255.255"},
          Row{"2001:DB8:0:0:0:0:0:1", "2001:db8::1"}, Row{"::", "::"}, Row{"::1", "::1"},
          Row{"2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1"}, Row{"fe80::1", "fe80::1"},
          Row{"64:ff9b::192.0.2.33", "64:ff9b::c000:221"}}) {
      const auto address = Address::parse(row.text);
      CPPUNIT_ASSERT_MESSAGE(row.text, address.has_value());
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.text, std::string(row.want), to_string(*address));
    }
  }

  void refuses_what_is_no_address() {
    using namespace std::string_view_literals;
    for (const std::string_view text : {""sv,
                                        "1"sv,
                                        "1.2.3"sv,
                                        "1.2.3.4.5"sv,
                                        "1.2.3.256"sv,
                                        "01.2.3.4"sv,
                                        "1.2.3.4 "sv,
                                        " 1.2.3.4"sv,
                                        "1.2.3.-4"sv,
                                        "1..2.3"sv,
                                        "1.2.3.4\0"sv,
                                        "0x1.2.3.4"sv,
                                        "[::1]"sv,
                                        ":::"sv,
                                        "1::2::3"sv,
                                        "12345::"sv,
                                        "fe80::1%eth0"sv,
                                        "::1\0"sv,
                                        "2001:db8::g"sv,
                                        "1.2.3.4444444444444444444444444444444444444444444444"sv,
                                        "1.2.3.0004"sv,
                                        "1.2.3.1111"sv}) {
      CPPUNIT_ASSERT_MESSAGE(std::string(text), !Address::parse(text));
    }
  }

  void takes_mapped_addresses_as_ipv4() {
    CPPUNIT_ASSERT(*Address::parse("::ffff:192.0.2.1") == *Address::parse("192.0.2.1"));
    CPPUNIT_ASSERT(*Address::parse("::FFFF:C000:201") == *Address::parse("192.0.2.1"));
    CPPUNIT_ASSERT(Address::parse("::fffe:192.0.2.1")->family == Family::v6);
    CPPUNIT_ASSERT(Address::parse("::192.0.2.1")->family == Family::v6);  // IPv4-compatible is not mapped
  }

  void masks_and_fills() {
    const Address a = *Address::parse("192.0.2.129");
    CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.128"), to_string(a.masked(25)));
    CPPUNIT_ASSERT_EQUAL(std::string("0.0.0.0"), to_string(a.masked(0)));
    CPPUNIT_ASSERT_EQUAL(std::string("255.255.255.255"), to_string(a.filled(0)));
    CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.129"), to_string(a.filled(32)));
    const Address b = *Address::parse("2001:db8:1:2:3:4:5:6");
    CPPUNIT_ASSERT_EQUAL(std::string("2001:db8:1::"), to_string(b.masked(48)));
    CPPUNIT_ASSERT_EQUAL(std::string("2001:db8:1:2::"), to_string(b.masked(64)));
    CPPUNIT_ASSERT_EQUAL(std::string("2001:db8:1:2::"), to_string(b.masked(65)));
    CPPUNIT_ASSERT_EQUAL(std::string("2001:db8:1:2:7fff:ffff:ffff:ffff"), to_string(b.filled(65)));
    CPPUNIT_ASSERT_EQUAL(std::string("2001:db8:1:2:3:4:5:6"), to_string(b.masked(128)));
    CPPUNIT_ASSERT_EQUAL(std::string("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), to_string(b.filled(0)));
  }

  void counts_up_to_the_end_of_the_family() {
    CPPUNIT_ASSERT_EQUAL(std::string("192.0.3.0"), to_string(*Address::parse("192.0.2.255")->next()));
    CPPUNIT_ASSERT(!Address::parse("255.255.255.255")->next());
    CPPUNIT_ASSERT_EQUAL(std::string("2001:db8:0:1::"),
                         to_string(*Address::parse("2001:db8::ffff:ffff:ffff:ffff")->next()));
    CPPUNIT_ASSERT(!Address::parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")->next());
  }

  void comes_out_of_a_socket_address() {
    CPPUNIT_ASSERT(!Address::from_sockaddr(nullptr));
    sockaddr_in6 in6{};
    in6.sin6_family = AF_INET6;
    CPPUNIT_ASSERT(::inet_pton(AF_INET6, "::ffff:192.0.2.7", &in6.sin6_addr) == 1);
    sockaddr generic{};
    CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7"),
                         to_string(*Address::from_sockaddr(reinterpret_cast<const sockaddr*>(&in6))));
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_addr.s_addr = htonl(0xC0000208);
    CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.8"),
                         to_string(*Address::from_sockaddr(reinterpret_cast<const sockaddr*>(&in))));
    generic.sa_family = AF_UNIX;
    CPPUNIT_ASSERT(!Address::from_sockaddr(&generic));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AddressTest);

}  // namespace tlsward::net
