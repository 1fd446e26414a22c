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
};

CPPUNIT_TEST_SUITE_REGISTRATION(FindingTest);

}  // namespace tlsward::base
