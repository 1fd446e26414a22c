#include "base/tlsa_record.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace tlsward::base {

class TlsaRecordTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TlsaRecordTest);
  CPPUNIT_TEST(reads_what_it_writes);
  CPPUNIT_TEST(refuses_what_is_no_record);
  CPPUNIT_TEST(shows_the_presentation_form);
  CPPUNIT_TEST(knows_what_mail_can_use);
  CPPUNIT_TEST(knows_host_names);
  CPPUNIT_TEST(names_where_a_record_stands);
  CPPUNIT_TEST_SUITE_END();

 public:
  void reads_what_it_writes() {
    const TlsaRecord record{3, 1, 1, std::string("\0\xFF\x10", 3)};
    CPPUNIT_ASSERT_EQUAL(std::string("\x03\x01\x01\0\xFF\x10", 6), tlsa_rdata(record));
    const auto again = parse_tlsa_rdata(tlsa_rdata(record));
    CPPUNIT_ASSERT(again && *again == record);
    const auto strange = parse_tlsa_rdata(std::string("\xFF\xFE\xFD\0", 4));
    CPPUNIT_ASSERT(strange && strange->usage == 255 && strange->selector == 254 && strange->matching == 253);
  }

  void refuses_what_is_no_record() {
    for (const std::size_t length : {0U, 1U, 2U, 3U}) {
      const auto got = parse_tlsa_rdata(std::string(length, '\x03'));
      CPPUNIT_ASSERT_MESSAGE(std::to_string(length), !got && got.error().code == Errc::parse);
    }
    CPPUNIT_ASSERT(parse_tlsa_rdata(std::string(4, '\x03')));
    CPPUNIT_ASSERT(parse_tlsa_rdata(std::string(65535, '\x03')));
    const auto huge = parse_tlsa_rdata(std::string(65536, '\x03'));
    CPPUNIT_ASSERT(!huge && huge.error().code == Errc::range);
  }

  void shows_the_presentation_form() {
    CPPUNIT_ASSERT_EQUAL(std::string("3 1 1 00ff10"),
                         to_string(TlsaRecord{3, 1, 1, std::string("\0\xFF\x10", 3)}));
    CPPUNIT_ASSERT_EQUAL(std::string("255 0 9 "), to_string(TlsaRecord{255, 0, 9, {}}));
  }

  void knows_what_mail_can_use() {
    struct Row {
      const char* label;
      TlsaRecord record;
      bool want;
    };
    const std::string sha256(32, 'x');
    const std::string sha512(64, 'x');
    for (const auto& [label, record, want] :
         {Row{"3 1 1", {3, 1, 1, sha256}, true}, Row{"2 0 2", {2, 0, 2, sha512}, true},
          Row{"3 0 0", {3, 0, 0, "x"}, true}, Row{"PKIX-TA", {0, 1, 1, sha256}, false},
          Row{"PKIX-EE", {1, 1, 1, sha256}, false}, Row{"usage 4", {4, 1, 1, sha256}, false},
          Row{"selector 2", {3, 2, 1, sha256}, false}, Row{"matching 3", {3, 1, 3, sha256}, false},
          Row{"short digest", {3, 1, 1, sha256.substr(1)}, false},
          Row{"long digest", {3, 1, 1, sha512}, false}, Row{"SHA-512 cut", {3, 1, 2, sha256}, false},
          Row{"no bytes", {3, 0, 0, ""}, false}})
      CPPUNIT_ASSERT_EQUAL_MESSAGE(label, want, is_usable_for_smtp(record));
  }

  void knows_host_names() {
    const std::string label63(63, 'a');
    const std::string longest = label63 + "." + label63 + "." + label63 + "." + std::string(61, 'b');
    for (const std::string& name :
         {std::string("mail.example.org"), std::string("MAIL.Example.org."), std::string("localhost"),
          std::string("xn--bcher-kva.example"), std::string("_dmarc.example"), std::string("3com.example"),
          label63 + ".example", longest})
      CPPUNIT_ASSERT_MESSAGE(name, is_dns_host_name(name));
    for (const std::string& name :
         {std::string(), std::string("."), std::string(".example"), std::string("a..example"),
          std::string("example.."), std::string("192.0.2.1"), std::string("2001:db8::1"),
          std::string("[192.0.2.1]"), std::string("a b.example"),
          std::string("b\xC3\xBC"
                      "cher.example"),
          std::string("a\n.example"), std::string("a\\.example"), std::string("nul\0.example", 12),
          label63 + "a.example", longest + "b"})
      CPPUNIT_ASSERT_MESSAGE(name, !is_dns_host_name(name));
  }

  void names_where_a_record_stands() {
    CPPUNIT_ASSERT_EQUAL(std::string("_25._tcp.mail.example.org."), *tlsa_owner("Mail.Example.ORG", 25));
    CPPUNIT_ASSERT_EQUAL(std::string("_65535._tcp.mail.example.org."),
                         *tlsa_owner("mail.example.org.", 65535));
    const std::string label63(63, 'a');
    const std::string longest = label63 + "." + label63 + "." + label63 + "." + std::string(52, 'b');
    CPPUNIT_ASSERT_EQUAL(std::size_t{254}, tlsa_owner(longest, 25)->size());
    CPPUNIT_ASSERT(!tlsa_owner(longest + "b", 25));
    CPPUNIT_ASSERT(!tlsa_owner("mail.example.org", 0));
    const auto bad = tlsa_owner("192.0.2.1", 25);
    CPPUNIT_ASSERT(!bad && bad.error().code == Errc::range);
    CPPUNIT_ASSERT(tlsa_owner("a\x1B[2J", 25).error().text.find('\x1B') == std::string::npos);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsaRecordTest);

}  // namespace tlsward::base
