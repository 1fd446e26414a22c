#include "base/finding.h"

#include <cppunit/extensions/HelperMacros.h>

namespace tlsward::base {
namespace {

Finding at(const char* file, std::uint32_t line, std::uint32_t column, Severity severity) {
  Finding f;
  f.file = file;
  f.line = line;
  f.column = column;
  f.severity = severity;
  return f;
}

}  // namespace

class FindingTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FindingTest);
  CPPUNIT_TEST(sorts_by_file_line_column_then_worst_first);
  CPPUNIT_TEST(knows_the_worst);
  CPPUNIT_TEST(shows_the_line_with_the_caret_under_its_column);
  CPPUNIT_TEST(shows_a_window_of_a_long_line);
  CPPUNIT_TEST_SUITE_END();

 public:
  void sorts_by_file_line_column_then_worst_first() {
    Findings all{at("a", 1, 1, Severity::error), at("b", 2, 5, Severity::info),
                 at("b", 2, 5, Severity::error), at("b", 1, 9, Severity::warning)};
    sort_findings(all, {"b", "a"});
    CPPUNIT_ASSERT_EQUAL(1U, all[0].line);
    CPPUNIT_ASSERT(all[1].severity == Severity::error && all[2].severity == Severity::info);
    CPPUNIT_ASSERT_EQUAL(std::string("a"), all[3].file);
  }

  void knows_the_worst() {
    const Findings all{at("a", 1, 1, Severity::warning)};
    CPPUNIT_ASSERT(has_at_least(all, Severity::warning) && !has_at_least(all, Severity::error) &&
                   !has_at_least({}, Severity::info));
  }

  void shows_the_line_with_the_caret_under_its_column() {
    Finding f = at("a", 1, 12, Severity::error);
    show_line(
        f, "\tM\xC3\xBCller \x1B bad");  // byte 12 is the b, after a tab, a letter of two bytes and an escape
    CPPUNIT_ASSERT_EQUAL(std::string(" M\xC3\xBCller \\x1B bad"), f.excerpt);
    CPPUNIT_ASSERT_EQUAL(14U, f.caret);
    Finding behind = at("a", 1, 4, Severity::error);
    show_line(behind, "abc");  // something is missing behind the line
    CPPUNIT_ASSERT_EQUAL(4U, behind.caret);
  }

  void shows_a_window_of_a_long_line() {
    Finding f = at("a", 1, 2001, Severity::error);
    show_line(f, std::string(2000, 'x') + "!" + std::string(2000, 'y'));
    CPPUNIT_ASSERT_EQUAL('!', f.excerpt.at(f.caret - 1));
    CPPUNIT_ASSERT(f.excerpt.starts_with("...x") && f.excerpt.ends_with("y...") && f.excerpt.size() < 210);
    Finding wide = at("a", 1, 1, Severity::error);
    std::string euros;
    for (int i = 0; i < 50; ++i) euros += "\xE2\x82\xAC";
    show_line(wide, euros);  // the cut falls into a character of three bytes
    CPPUNIT_ASSERT_EQUAL(std::size_t{99 + 3}, wide.excerpt.size());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FindingTest);

}  // namespace tlsward::base
