#include "cert/der.h"

#include <cppunit/extensions/HelperMacros.h>

#include <initializer_list>
#include <string>

#include "base/clock.h"
#include "cert/der_time.h"

namespace tlsward::cert {
namespace {

using namespace std::string_literals;

/// A time element with that tag, as RFC 3339, or "none".
std::string time_of(char tag, const std::string& digits) {
  const std::string element = tag + std::string(1, static_cast<char>(digits.size())) + digits;
  std::string_view in = element;
  const auto time = take_time(in);
  return time ? base::render_time(*time) : "none";
}

}  // namespace

class DerTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DerTest);
  CPPUNIT_TEST(takes_elements_in_a_row);
  CPPUNIT_TEST(refuses_what_reaches_beyond);
  CPPUNIT_TEST(reads_times);
  CPPUNIT_TEST_SUITE_END();

 public:
  void takes_elements_in_a_row() {
    const std::string bytes = "\x02\x01\x05\x04\x81\x80"s + std::string(128, 'x') + "\x30\x00"s;
    std::string_view in = bytes;
    CPPUNIT_ASSERT(!der::take(in, der::octet_string));
    CPPUNIT_ASSERT_EQUAL(bytes.size(), in.size());
    const auto number = der::take(in, der::integer);
    CPPUNIT_ASSERT(number && number->content == "\x05" && number->whole.size() == 3);
    const auto octets = der::take(in, der::octet_string);
    CPPUNIT_ASSERT(octets && octets->content == std::string(128, 'x') && octets->whole.size() == 131);
    const auto empty = der::take(in);
    CPPUNIT_ASSERT(empty && empty->tag == der::sequence && empty->content.empty());
    CPPUNIT_ASSERT(in.empty() && !der::take(in));
  }

  void refuses_what_reaches_beyond() {
    for (const std::string& bytes : {""s, "\x30"s, "\x30\x01"s, "\x30\x81"s, "\x30\x81\x01"s, "\x30\x82\x01"s,
                                     "\x30\x84\xFF\xFF\xFF\xFF"s, "\x30\x85\x00\x00\x00\x00\x00"s,
                                     "\x30\xFF"s, "\x1F\x01\x00"s, "\x3F\x01\x00"s, "\x30\x80\x00\x00"s}) {
      std::string_view in = bytes;
      CPPUNIT_ASSERT(!der::take(in));
    }
    std::string_view indefinite("\x30\x80\x02\x01\x00", 5);
    const auto all = der::take(indefinite, true);
    CPPUNIT_ASSERT(all && all->whole.size() == 5 && all->content.empty() && indefinite.empty());
  }

  void reads_times() {
    struct Row {
      char tag;
      const char* digits;
      const char* want;
    };
    constexpr char utc = 0x17;
    constexpr char general = 0x18;
    for (const Row& row : std::initializer_list<Row>{{utc, "260601123456Z", "2026-06-01T12:34:56Z"},
                                                     {utc, "500101000000Z", "1950-01-01T00:00:00Z"},
                                                     {utc, "491231235959Z", "2049-12-31T23:59:59Z"},
                                                     {utc, "2606011234Z", "2026-06-01T12:34:00Z"},
                                                     {general, "99991231235959Z", "9999-12-31T23:59:59Z"},
                                                     {general, "20240229000000Z", "2024-02-29T00:00:00Z"},
                                                     {general, "20260601123456.789Z", "2026-06-01T12:34:56Z"},
                                                     {general, "20230229000000Z", "none"},
                                                     {general, "20261301000000Z", "none"},
                                                     {general, "20260600000000Z", "none"},
                                                     {general, "20260601240000Z", "none"},
                                                     {general, "20260601006000Z", "none"},
                                                     {general, "20260601000060Z", "none"},
                                                     {general, "20260601000000", "none"},
                                                     {general, "20260601000000+0100", "none"},
                                                     {utc, "2606011234567Z", "none"},
                                                     {utc, "26060a123456Z", "none"},
                                                     {utc, "", "none"},
                                                     {0x04, "260601123456Z", "none"}})
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.digits, std::string(row.want), time_of(row.tag, row.digits));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DerTest);

}  // namespace tlsward::cert
