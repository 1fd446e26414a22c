#include "milter/arguments.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "conf/option_table.h"

namespace tlsward::milter {

class ArgumentsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ArgumentsTest);
  CPPUNIT_TEST(reads_both_spellings);
  CPPUNIT_TEST(abbreviates_nothing);
  CPPUNIT_TEST(helps_with_every_key);
  CPPUNIT_TEST_SUITE_END();

 public:
  void reads_both_spellings();
  void abbreviates_nothing();
  void helps_with_every_key();
};

CPPUNIT_TEST_SUITE_REGISTRATION(ArgumentsTest);

void ArgumentsTest::reads_both_spellings() {
  const auto got =
      parse_arguments({"--config", "c", "--access=a=b", "--enforce", "yes", "--check", "--pid-file", ""});
  CPPUNIT_ASSERT_MESSAGE(got ? "" : got.error().message(), bool(got));
  CPPUNIT_ASSERT_EQUAL(std::string("c"), got->config);
  CPPUNIT_ASSERT(got->check && !got->help && !got->version);
  CPPUNIT_ASSERT_EQUAL(std::size_t{3}, got->settings.size());
  CPPUNIT_ASSERT_EQUAL(std::string("access"), got->settings[1].key);
  CPPUNIT_ASSERT_EQUAL(std::string("a=b"), got->settings[1].value);
  CPPUNIT_ASSERT_EQUAL(std::string("yes"), got->settings[2].value);
  CPPUNIT_ASSERT_EQUAL(std::string(), got->settings[0].value);
}

void ArgumentsTest::abbreviates_nothing() {
  using Words = std::vector<std::string>;
  for (const Words& words :
       {Words{"--acces", "x"}, Words{"--conf", "x"}, Words{"access"}, Words{"-x"}, Words{"--", "x"},
        Words{"--access"}, Words{"--access", "--check"}, Words{"--check=yes"}, Words{"--=x"}, Words{""},
        Words{"--Access", "x"}, Words{"--access", "a", "--access", "b"}}) {
    CPPUNIT_ASSERT_MESSAGE(words.front(), !parse_arguments(words));
  }
  CPPUNIT_ASSERT(parse_arguments({"--acces", "x"}).error().text.find("--access") != std::string::npos);
}

void ArgumentsTest::helps_with_every_key() {
  const std::string text = help_text();
  CPPUNIT_ASSERT(text.starts_with("usage: tlswardd "));
  for (const conf::OptionInfo& option : conf::all_options()) {
    const bool is_told = text.find("  --" + std::string(option.key) + " ") != std::string::npos;
    CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(option.key), conf::is_read_by_daemon(option), is_told);
  }
}

}  // namespace tlsward::milter
