#include "cert/names.h"

#include <cppunit/extensions/HelperMacros.h>

#include <initializer_list>

#include "support/certificates.h"

namespace tlsward::cert {
namespace {

Certificate certificate(const std::string& name) {
  return *Certificate::from_der(tests::certificate_file(name + ".der"));
}

}  // namespace

class NamesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(NamesTest);
  CPPUNIT_TEST(makes_host_names_normal);
  CPPUNIT_TEST(matches_names);
  CPPUNIT_TEST(matches_common_names_last);
  CPPUNIT_TEST(lists_names);
  CPPUNIT_TEST_SUITE_END();

 public:
  void makes_host_names_normal() {
    CPPUNIT_ASSERT_EQUAL(std::string("mx.example.com"), *normal_host("MX.Example.com."));
    CPPUNIT_ASSERT_EQUAL(std::string("xn--mnchen-3ya.example"), *normal_host("M\xC3\xBCnchen.example"));
    CPPUNIT_ASSERT_EQUAL(std::string("xn--mnchen-3ya.example"), *normal_host("m\xC3\x9CNCHEN.example."));
    CPPUNIT_ASSERT_EQUAL(std::string("localhost"), *normal_host("localhost"));
    for (const char* text : {"", ".", "..", "a..b", ".a", "a b", "*.example.com", "a/b", "192.0.2.1", "::1",
                             "[::1]", "\xFF.example", "mx.example.com.."})
      CPPUNIT_ASSERT_MESSAGE(text, !normal_host(text));
    CPPUNIT_ASSERT(normal_host(std::string(63, 'a') + ".example"));
    CPPUNIT_ASSERT(!normal_host(std::string(64, 'a') + ".example"));
    CPPUNIT_ASSERT(!normal_host(std::string_view("a\0b", 3)));
    CPPUNIT_ASSERT(!normal_host(std::string(2000, 'a')));
  }

  void matches_names() {
    struct Row {
      const char* host;
      bool is_match;
    };
    const Certificate names = certificate("names");
    for (const Row& row : std::initializer_list<Row>{{"mx.example.com", true},
                                                     {"MX.EXAMPLE.COM", true},
                                                     {"mx.example.com.", true},
                                                     {"a.mail.example.com", true},
                                                     {"A.Mail.Example.Com.", true},
                                                     {"xn--mnchen-3ya.mail.example.com", true},
                                                     {"mail.example.com", false},
                                                     {".mail.example.com", false},
                                                     {"b.a.mail.example.com", false},
                                                     {"mailxexample.com", false},
                                                     {"m\xC3\xBCnchen.example", true},
                                                     {"xn--mnchen-3ya.example", true},
                                                     {"munchen.example", false},
                                                     {"mx.example.net", false},  // m*.example.net
                                                     {"m*.example.net", false},
                                                     {"anything.example", false},  // *.example
                                                     {"a.b.example.org", false},   // a.*.example.org
                                                     {"*.mail.example.com", false},
                                                     {"192.0.2.1", true},
                                                     {"192.0.2.2", false},
                                                     {"2001:db8::25", true},
                                                     {"[2001:DB8:0::25]", true},
                                                     {"::ffff:192.0.2.1", true},
                                                     {"2001:db8::26", false},
                                                     {"", false}})
      CPPUNIT_ASSERT_MESSAGE(
          row.host, match_name(names, row.host) == (row.is_match ? NameMatch::by_alt_name : NameMatch::none));
  }

  void matches_common_names_last() {
    CPPUNIT_ASSERT(match_name(certificate("cn_only"), "MX.example.com") == NameMatch::by_common_name);
    CPPUNIT_ASSERT(match_name(certificate("cn_only"), "other.example.com") == NameMatch::none);
    CPPUNIT_ASSERT(match_name(certificate("cn_and_mail"), "mx.example.com") == NameMatch::by_common_name);
    CPPUNIT_ASSERT(match_name(certificate("cn_and_san"), "mx.example.com") == NameMatch::none);
    CPPUNIT_ASSERT(match_name(certificate("leaf"), "mx.example.com") == NameMatch::by_alt_name);
  }

  void lists_names() {
    CPPUNIT_ASSERT_EQUAL(std::string("mx.example.com"), names_text(certificate("leaf")));
    CPPUNIT_ASSERT_EQUAL(std::string("mx.example.com"), names_text(certificate("cn_only")));
    CPPUNIT_ASSERT_EQUAL(std::string("MX.Example.COM, *.mail.example.com and 6 more"),
                         names_text(certificate("names"), 2));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NamesTest);

}  // namespace tlsward::cert
