#include "milter/endpoint.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace tlsward::milter {

using Kind = Endpoint::Kind;

class EndpointTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(EndpointTest);
  CPPUNIT_TEST(reads_every_spelling);
  CPPUNIT_TEST(refuses_what_is_no_socket);
  CPPUNIT_TEST(writes_the_line_for_main_cf);
  CPPUNIT_TEST(reads_what_it_writes);
  CPPUNIT_TEST_SUITE_END();

 public:
  void reads_every_spelling();
  void refuses_what_is_no_socket();
  void writes_the_line_for_main_cf();
  void reads_what_it_writes();
};

CPPUNIT_TEST_SUITE_REGISTRATION(EndpointTest);

namespace {

Endpoint unix_at(const char* path) {
  return Endpoint{Kind::unix_path, path, "", 0, -1};
}
Endpoint inet(Kind kind, const char* host, std::uint16_t port) {
  return Endpoint{kind, "", host, port, -1};
}

struct Row {
  const char* text;
  Endpoint want;
};

const Row good[] = {
    {"unix:/run/tlsward/m.sock", unix_at("/run/tlsward/m.sock")},
    {"local:/run/m", unix_at("/run/m")},
    {"UNIX:/run/m", unix_at("/run/m")},
    {"/run/m", unix_at("/run/m")},
    {"/run/a:b", unix_at("/run/a:b")},
    {"inet:8891", inet(Kind::inet, "", 8891)},
    {"inet:8891@127.0.0.1", inet(Kind::inet, "127.0.0.1", 8891)},
    {"inet:8891@localhost", inet(Kind::inet, "localhost", 8891)},
    {"inet:127.0.0.1:8891", inet(Kind::inet, "127.0.0.1", 8891)},
    {"inet:mx-1.example:1", inet(Kind::inet, "mx-1.example", 1)},
    {"inet:[::1]:8891", inet(Kind::inet6, "::1", 8891)},
    {"inet:0@127.0.0.1", inet(Kind::inet, "127.0.0.1", 0)},
    {"inet6:8891", inet(Kind::inet6, "", 8891)},
    {"inet6:8891@::1", inet(Kind::inet6, "::1", 8891)},
    {"inet6:8891@[::1]", inet(Kind::inet6, "::1", 8891)},
    {"inet6:[2001:db8::25]:65535", inet(Kind::inet6, "2001:db8::25", 65535)},
    {"inet6:8891@ip6-localhost", inet(Kind::inet6, "ip6-localhost", 8891)},
    {"fd:3", Endpoint{Kind::descriptor, "", "", 0, 3}},
};

}  // namespace

void EndpointTest::reads_every_spelling() {
  for (const Row& row : good) {
    const auto got = Endpoint::parse(row.text);
    CPPUNIT_ASSERT_MESSAGE(std::string(row.text) + ": " + (got ? "" : got.error().message()), bool(got));
    CPPUNIT_ASSERT_MESSAGE(row.text, *got == row.want);
  }
}

void EndpointTest::refuses_what_is_no_socket() {
  const std::string long_path = "unix:/" + std::string(107, 'x');
  for (const std::string& text : {std::string(),
                                  std::string("unix:"),
                                  std::string("unix:relative"),
                                  std::string("unix:/run/"),
                                  std::string("relative"),
                                  std::string("tcp:1@x"),
                                  std::string("inet:"),
                                  std::string("inet:port@host"),
                                  std::string("inet:65536@host"),
                                  std::string("inet:8891@"),
                                  std::string("inet::8891"),
                                  std::string("inet:-1@host"),
                                  std::string("inet:8891@[::1"),
                                  std::string("inet:8891@[]"),
                                  std::string("inet:8891@ho st"),
                                  std::string("inet:8891@fe80::1%eth0"),
                                  std::string("inet:8891@::zz"),
                                  std::string("inet6:8891@127.0.0.1"),
                                  std::string("fd:"),
                                  std::string("fd:2"),
                                  std::string("fd:x"),
                                  std::string("fd:-3"),
                                  std::string("unix:/a\0b", 9),
                                  long_path}) {
    const auto got = Endpoint::parse(text);
    CPPUNIT_ASSERT_MESSAGE(text, !got);
    CPPUNIT_ASSERT_MESSAGE(text + ": the remedy is named: " + got.error().text,
                           got.error().text.find(": ") != std::string::npos);
  }
  CPPUNIT_ASSERT_MESSAGE("one byte shorter fits", bool(Endpoint::parse("unix:/" + std::string(106, 'x'))));
}

void EndpointTest::writes_the_line_for_main_cf() {
  const auto line = [](const char* text) { return main_cf_line(*Endpoint::parse(text)); };
  CPPUNIT_ASSERT_EQUAL(std::string("smtpd_milters = unix:/run/m"), line("/run/m"));
  CPPUNIT_ASSERT_EQUAL(std::string("smtpd_milters = inet:127.0.0.1:8891"), line("inet:8891@127.0.0.1"));
  CPPUNIT_ASSERT_EQUAL(std::string("smtpd_milters = inet:127.0.0.1:8891"), line("inet:8891"));
  CPPUNIT_ASSERT_EQUAL(std::string("smtpd_milters = inet:[::1]:8891"), line("inet6:8891"));
  CPPUNIT_ASSERT_EQUAL(std::string("smtpd_milters = inet:[2001:db8::1]:25"), line("inet6:25@2001:db8::1"));
  CPPUNIT_ASSERT_EQUAL(std::string(), line("fd:3"));
}

void EndpointTest::reads_what_it_writes() {
  for (const Row& row : good) {
    const auto again = Endpoint::parse(to_string(row.want));
    CPPUNIT_ASSERT_MESSAGE(row.text, bool(again));
    CPPUNIT_ASSERT_MESSAGE(row.text, *again == row.want);
  }
}

}  // namespace tlsward::milter
