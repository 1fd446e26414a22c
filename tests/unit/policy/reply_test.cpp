#include "policy/reply.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace tlsward::policy {

class ReplyTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ReplyTest);
  CPPUNIT_TEST(appends_the_help_url);
  CPPUNIT_TEST(keeps_text_fit_to_be_sent);
  CPPUNIT_TEST(judges_a_help_url);
  CPPUNIT_TEST(doubles_percent_signs);
  CPPUNIT_TEST_SUITE_END();

 public:
  void appends_the_help_url() {
    CPPUNIT_ASSERT_EQUAL(std::string("Must https://a.example/tls"),
                         reply_text("Must", "https://a.example/tls"));
    CPPUNIT_ASSERT_EQUAL(std::string("530 5.7.0 Must"), to_string(Reply{"530", "5.7.0", "Must"}));
  }
  void keeps_text_fit_to_be_sent() {
    CPPUNIT_ASSERT_EQUAL(std::string("a?b??"), reply_text("a\rb\xC3\xBC", ""));
    CPPUNIT_ASSERT_EQUAL(max_reply_text, reply_text(std::string(1000, 'x'), "").size());
  }
  void judges_a_help_url() {
    CPPUNIT_ASSERT(check_help_url("https://mail.example/why?a=%20"));
    CPPUNIT_ASSERT(check_help_url(std::string(239, 'x')));
    CPPUNIT_ASSERT(check_help_url(std::string(240, 'x')).error().code == base::Errc::range);
    CPPUNIT_ASSERT(check_help_url("https://mail.example/a b").error().code == base::Errc::parse);
    CPPUNIT_ASSERT(!check_help_url("https://m\xC3\xBCnchen.example/") && !check_help_url("a\nb"));
  }
  void doubles_percent_signs() {
    CPPUNIT_ASSERT_EQUAL(std::string("a%%20b%%%%c"), doubled_percent("a%20b%%c"));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReplyTest);

}  // namespace tlsward::policy
