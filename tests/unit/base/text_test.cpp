#include "base/text.h"

#include <cppunit/extensions/HelperMacros.h>

#include "base/digest.h"

namespace tlsward::base {

class TextTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TextTest);
  CPPUNIT_TEST(escapes_what_changes_a_terminal);
  CPPUNIT_TEST(cuts_long_text);
  CPPUNIT_TEST(finds_the_first_byte_that_is_not_utf8);
  CPPUNIT_TEST(globs_with_stars_only);
  CPPUNIT_TEST(reads_decimals_and_nothing_else);
  CPPUNIT_TEST(writes_json_strings);
  CPPUNIT_TEST(hashes_as_fips_180_4_says);
  CPPUNIT_TEST_SUITE_END();

 public:
  void escapes_what_changes_a_terminal() {
    struct Row {
      const char* label;
      std::string_view text;
      const char* want;
    };
    using namespace std::string_view_literals;
    for (const Row& row :
         {Row{"plain", "mail.example", "mail.example"}, Row{"newline", "a\nb", "a\\x0Ab"},
          Row{"escape", "\x1B[31m", "\\x1B[31m"}, Row{"nul", "a\0b"sv, "a\\x00b"},
          Row{"quote", "a\"b\\c", "a\\\"b\\\\c"},
          Row{"umlaut stays", "gr\xC3\xBC\xC3\x9F", "gr\xC3\xBC\xC3\x9F"},
          Row{"broken utf-8", "\xC3(", "\\xC3("}, Row{"overlong", "\xC0\xAF", "\\xC0\\xAF"},
          Row{"c1 control", "\xC2\x9B", "\\xC2\\x9B"},
          Row{"right-to-left override", "a\xE2\x80\xAE", "a\\xE2\\x80\\xAE"}, Row{"del", "\x7F", "\\x7F"}}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.label, std::string(row.want), printable(row.text));
    }
    CPPUNIT_ASSERT_EQUAL(std::string("owner=\"a\" \\x1B"), visible("owner=\"a\" \x1B"));
  }

  void cuts_long_text() { CPPUNIT_ASSERT_EQUAL(std::string("abcd..."), printable("abcdefgh", 4)); }

  void finds_the_first_byte_that_is_not_utf8() {
    CPPUNIT_ASSERT_EQUAL(std::string_view::npos, first_bad_utf8("ok \xE2\x82\xAC \xF0\x9F\x98\x80"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, first_bad_utf8("ab\xFF"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, first_bad_utf8("\xED\xA0\x80"));      // a surrogate
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, first_bad_utf8("a\xE2\x82"));         // cut in the middle
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, first_bad_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
  }

  void globs_with_stars_only() {
    struct Row {
      const char* pattern;
      const char* text;
      bool want;
    };
    for (const Row& row :
         {Row{"mx.partner.example", "MX.Partner.Example", true},
          Row{"*.partner.example", "mx.partner.example", true},
          Row{"*.partner.example", "partner.example", false}, Row{"mx*", "mx", true}, Row{"*", "", true},
          Row{"", "", true}, Row{"", "a", false}, Row{"a*b*c", "aXXbYYc", true},
          Row{"a*b*c", "aXXbYY", false}, Row{"m?", "mx", false}, Row{"[m]x", "mx", false},
          Row{"*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false}}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.pattern, row.want, glob_matches(row.pattern, row.text));
    }
  }

  void reads_decimals_and_nothing_else() {
    CPPUNIT_ASSERT(parse_decimal("65535", 65535) == 65535U);
    for (const char* text : {"", "-1", "+1", " 1", "1 ", "0x10", "65536", "99999999999999999999999", "1e3"}) {
      CPPUNIT_ASSERT_MESSAGE(text, !parse_decimal(text, 65535));
    }
  }

  void writes_json_strings() {
    std::string out;
    append_json_string(out, "a\"b\\c\n\x7F\xC3\xBC\xFF");
    CPPUNIT_ASSERT_EQUAL(std::string("\"a\\\"b\\\\c\\u000a\\u007f\xC3\xBC\xEF\xBF\xBD\""), out);
  }

  void hashes_as_fips_180_4_says() {
    Sha256 hash;
    hash.add("a");
    hash.add("bc");
    CPPUNIT_ASSERT_EQUAL(std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                         hash.finish());
    CPPUNIT_ASSERT_EQUAL(std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                         hash.finish());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TextTest);

}  // namespace tlsward::base
