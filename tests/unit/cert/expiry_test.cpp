#include "cert/expiry.h"

#include <cppunit/extensions/HelperMacros.h>

#include <initializer_list>

namespace tlsward::cert {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::chrono::sys_seconds end = std::chrono::sys_days{std::chrono::year{2027} / 1 / 1};

}  // namespace

class ExpiryTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ExpiryTest);
  CPPUNIT_TEST(steps_on_each_rung_to_the_second);
  CPPUNIT_TEST(shortens_for_short_lives);
  CPPUNIT_TEST(tells_what_is_left);
  CPPUNIT_TEST_SUITE_END();

 public:
  void steps_on_each_rung_to_the_second() {
    struct Row {
      seconds left;
      const char* want;
    };
    for (const Row& row : std::initializer_list<Row>{{days{3000}, "fine"},
                                                     {days{30} + seconds{1}, "fine"},
                                                     {days{30}, "warning"},
                                                     {days{30} - seconds{1}, "warning"},
                                                     {days{3} + seconds{1}, "warning"},
                                                     {days{3}, "critical"},
                                                     {days{3} - seconds{1}, "critical"},
                                                     {hours{24} + seconds{1}, "critical"},
                                                     {hours{24}, "last-day"},
                                                     {hours{24} - seconds{1}, "last-day"},
                                                     {seconds{1}, "last-day"},
                                                     {seconds{0}, "last-day"},
                                                     {seconds{-1}, "expired"},
                                                     {days{-1000}, "expired"}})
      CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(row.left.count()), std::string(row.want),
                                   std::string(stage_name(expiry_stage(end, end - row.left))));
  }

  void shortens_for_short_lives() {
    const ExpiryLadder year = ladder_for(end - days{365}, end);
    CPPUNIT_ASSERT(year.warning == days{30} && year.critical == days{3} && year.last_day == hours{24});
    // 90 days are the longest life at which a third is 30 days.
    CPPUNIT_ASSERT(ladder_for(end - days{90}, end).warning == days{30});
    const ExpiryLadder week = ladder_for(end - hours{160}, end);
    CPPUNIT_ASSERT(week.warning == seconds{hours{160}} / 3);
    CPPUNIT_ASSERT(week.critical == hours{16});
    CPPUNIT_ASSERT(week.last_day == seconds{hours{160}} / 30);
    CPPUNIT_ASSERT(expiry_stage(end, end - hours{100}, week) == ExpiryStage::fine);
    CPPUNIT_ASSERT(expiry_stage(end, end - hours{53}, week) == ExpiryStage::warning);
    // A certificate whose life is none at all is expired or on its last rung, never anything else.
    const ExpiryLadder none = ladder_for(end, end - days{1});
    CPPUNIT_ASSERT(expiry_stage(end, end, none) == ExpiryStage::last_day);
  }

  void tells_what_is_left() {
    struct Row {
      seconds left;
      const char* want;
    };
    for (const Row& row : std::initializer_list<Row>{{days{30}, "30 days"},
                                                     {days{30} - seconds{1}, "29 days"},
                                                     {days{1}, "1 day"},
                                                     {days{1} - seconds{1}, "23 hours"},
                                                     {hours{1}, "1 hour"},
                                                     {minutes{2}, "2 minutes"},
                                                     {seconds{59}, "59 seconds"},
                                                     {seconds{0}, "0 seconds"},
                                                     {seconds{-1}, "expired 1 second ago"},
                                                     {days{-3}, "expired 3 days ago"}})
      CPPUNIT_ASSERT_EQUAL(std::string(row.want), remaining_text(end, end - row.left));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExpiryTest);

}  // namespace tlsward::cert
