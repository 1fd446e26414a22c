#include "cert/checks.h"

#include <cppunit/extensions/HelperMacros.h>

#include <set>
#include <string>

namespace tlsward::cert {

class ChecksTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ChecksTest);
  CPPUNIT_TEST(stand_in_the_order_of_their_enumeration);
  CPPUNIT_TEST_SUITE_END();

 public:
  void stand_in_the_order_of_their_enumeration() {
    std::set<std::string_view> names;
    std::size_t position = 0;
    for (const CheckInfo& info : all_checks) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(info.name), position, static_cast<std::size_t>(info.check));
      CPPUNIT_ASSERT_MESSAGE(std::string(info.name), names.insert(info.name).second);
      CPPUNIT_ASSERT_MESSAGE(std::string(info.name), &info_of(info.check) == &info);
      CPPUNIT_ASSERT_MESSAGE(std::string(info.name), !info.meaning.empty());
      ++position;
    }
    CPPUNIT_ASSERT_EQUAL(static_cast<std::size_t>(Check::more_findings) + 1, position);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChecksTest);

}  // namespace tlsward::cert
