#include "base/clock.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <ctime>
#include <string>

namespace tlsward::base {
namespace {

/// Another time zone for as long as this lives.
class Zone {
 public:
  explicit Zone(const char* name) : before_(std::getenv("TZ") == nullptr ? "" : std::getenv("TZ")) {
    set(name);
  }
  ~Zone() { set(before_.c_str()); }
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;

 private:
  static void set(const char* name) {
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  std::string before_;
};

std::string seen(std::string_view date) {
  const auto parsed = parse_date(date);
  return parsed ? render_time(*parsed) : "error";
}

}  // namespace

class ClockTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ClockTest);
  CPPUNIT_TEST(reads_days_and_rfc_3339);
  CPPUNIT_TEST(refuses_what_is_no_date);
  CPPUNIT_TEST(takes_days_in_local_time);
  CPPUNIT_TEST(knows_the_next_day);
  CPPUNIT_TEST_SUITE_END();

 public:
  void reads_days_and_rfc_3339() {
    const Zone utc("UTC0");
    CPPUNIT_ASSERT_EQUAL(std::string("2027-01-31T00:00:00Z"), seen("2027-01-31"));
    CPPUNIT_ASSERT_EQUAL(std::string("2027-01-31T08:09:10Z"), seen("2027-01-31T08:09:10Z"));
    CPPUNIT_ASSERT_EQUAL(std::string("2027-01-31T07:09:10Z"), seen("2027-01-31T08:09:10+01:00"));
    CPPUNIT_ASSERT_EQUAL(std::string("2027-02-01T00:39:10Z"), seen("2027-01-31 20:09:10.123-04:30"));
    CPPUNIT_ASSERT_EQUAL(std::string("2017-01-01T00:00:00Z"), seen("2016-12-31T23:59:60Z"));
  }

  void refuses_what_is_no_date() {
    for (const char* text :
         {"", "2027", "2027-1-31", "2027-02-30", "2027-13-01", "2027-00-10", "1969-12-31", "2027/01/31",
          "2027-01-31T", "2027-01-31T25:00:00Z", "2027-01-31T08:09:10", "2027-01-31T08:09:10.Z",
          "2027-01-31T08:09:10+1:00", "2027-01-31T08:09:10Zx", "tomorrow", "2027-01-3x"}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string("error"), seen(text));
    }
  }

  void takes_days_in_local_time() {
    {
      const Zone berlin("CET-1CEST,M3.5.0,M10.5.0/3");
      CPPUNIT_ASSERT_EQUAL(std::string("2027-06-29T22:00:00Z"), seen("2027-06-30"));
      CPPUNIT_ASSERT_EQUAL(std::string("2027-01-30T23:00:00Z"), seen("2027-01-31"));
      CPPUNIT_ASSERT(local_day(*parse_date("2027-01-30T23:00:00Z")) == *parse_day("2027-01-31"));
      CPPUNIT_ASSERT(local_day(*parse_date("2027-01-30T22:59:59Z")) == *parse_day("2027-01-30"));
    }
    // A zone whose clock jumps over midnight: the day begins at its first second that exists.
    const Zone jumps("AAA4BBB3,M10.2.0/0,M3.2.0/0");
    CPPUNIT_ASSERT_EQUAL(std::string("2027-10-10T04:00:00Z"), seen("2027-10-10"));
  }

  void knows_the_next_day() {
    CPPUNIT_ASSERT_EQUAL(std::string("2028-02-29"), render_day(next_day(*parse_day("2028-02-28"))));
    CPPUNIT_ASSERT_EQUAL(std::string("2028-01-01"), render_day(next_day(*parse_day("2027-12-31"))));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClockTest);

}  // namespace tlsward::base
