#include "mta/sendmail_text.h"

#include <cppunit/extensions/HelperMacros.h>

namespace tlsward::mta {

using smtp::Security;

class SendmailTextTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SendmailTextTest);
  CPPUNIT_TEST(reads_options_and_macros);
  CPPUNIT_TEST(joins_continued_lines);
  CPPUNIT_TEST(knows_the_listeners);
  CPPUNIT_TEST(listens_on_port_25_where_nothing_is_said);
  CPPUNIT_TEST(serves_two_kinds_of_key);
  CPPUNIT_TEST(knows_where_tls_is_off);
  CPPUNIT_TEST(reads_what_the_test_mode_says);
  CPPUNIT_TEST(reads_the_version_of_sendmail_alone);
  CPPUNIT_TEST(survives_any_bytes);
  CPPUNIT_TEST_SUITE_END();

  static constexpr const char* tls =
      "O ServerCertFile=/etc/mail/tls/cert.pem\nO ServerKeyFile=/etc/mail/tls/key.pem\n";

  static std::vector<Listener> listeners_in(const std::string& text) {
    return listeners_of(parse_sendmail_cf(text));
  }

 public:
  void reads_options_and_macros() {
    const auto cf = parse_sendmail_cf(
        "# comment\nV10/Berkeley\nDjmx.test.example\nD{Long}some value \nDZ8.17.1\r\n"
        "O  PidFile = /run/mta.pid\nO pidfile=/run/later.pid\nOQ/var/spool\nO NoValue\n#O CACertFile=/x\n"
        "O CACertFile=/etc/mail/tls/ca.pem");
    CPPUNIT_ASSERT_EQUAL(std::string("mx.test.example"), cf.macros.at("j"));
    CPPUNIT_ASSERT_EQUAL(std::string("some value"), cf.macros.at("Long"));
    CPPUNIT_ASSERT_EQUAL(std::string("8.17.1"), cf.macros.at("Z"));
    CPPUNIT_ASSERT_EQUAL(std::string("/run/later.pid"), cf.option("pidfile"));
    CPPUNIT_ASSERT_EQUAL(std::string("/etc/mail/tls/ca.pem"), cf.option("cacertfile"));
    CPPUNIT_ASSERT_EQUAL(std::string(), cf.option("queuedirectory"));
  }

  void joins_continued_lines() {
    const auto cf =
        parse_sendmail_cf("O ServerCertFile=/a.pem,\n\t/b.pem\n# O PidFile=/x\n  still a comment\nDj\n");
    CPPUNIT_ASSERT_EQUAL(std::string("/a.pem,\t/b.pem"), cf.option("servercertfile"));
    CPPUNIT_ASSERT_EQUAL(std::string(), cf.option("pidfile"));
    CPPUNIT_ASSERT_EQUAL(std::string(), cf.macros.at("j"));
  }

  void knows_the_listeners() {
    const auto found =
        listeners_in(std::string(tls) +
                     "O DaemonPortOptions=Name=MTA-v4, Family=inet, Addr=127.0.0.1, Port=smtp\n"
                     "O DaemonPortOptions=Port=465,Name=TLSMTA,M=Es\n"
                     "O DaemonPortOptions=Family=inet6, Name=MSP-v6, Port=587, M=Ea\n"
                     "O DaemonPortOptions=F=inet6, A=IPv6:2001:db8::1, P=2525\n"
                     "O DaemonPortOptions=Family=unix, Name=L, Addr=/run/sock\n"
                     "O DaemonPortOptions=Port=no-such-port-name\n");
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, found.size());
    CPPUNIT_ASSERT_EQUAL(std::string("MTA-v4"), found[0].service);
    CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), found[0].host);
    CPPUNIT_ASSERT_EQUAL(std::uint16_t{25}, found[0].port);
    CPPUNIT_ASSERT(found[0].security == Security::starttls && found[0].has_tls);
    CPPUNIT_ASSERT(found[1].security == Security::smtps && found[1].port == 465);
    CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), found[1].host);
    CPPUNIT_ASSERT_EQUAL(std::string("::1"), found[2].host);
    CPPUNIT_ASSERT(found[2].security == Security::starttls);
    CPPUNIT_ASSERT_EQUAL(std::string("2001:db8::1"), found[3].host);
    CPPUNIT_ASSERT_EQUAL(std::string("Daemon2525"), found[3].service);
  }

  void listens_on_port_25_where_nothing_is_said() {
    const auto found = listeners_in("Djmx\n");
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, found.size());
    CPPUNIT_ASSERT_EQUAL(std::uint16_t{25}, found[0].port);
    CPPUNIT_ASSERT(!found[0].has_tls);
  }

  void serves_two_kinds_of_key() {
    const auto found = listeners_in(
        "O QueueDirectory=/var/spool/mqueue\nO ServerCertFile=/rsa.pem, /ec.pem\nO "
        "ServerKeyFile=/rsa.pem,ec.key\n");
    const std::vector<std::string> want{"/rsa.pem", "/ec.pem", "/var/spool/mqueue/ec.key"};
    CPPUNIT_ASSERT(want == found.at(0).certificate_files);
  }

  void knows_where_tls_is_off() {
    CPPUNIT_ASSERT(!listeners_in("O ServerCertFile=/a.pem\n").at(0).has_tls);
    CPPUNIT_ASSERT(!listeners_in("O ServerCertFile=/a.pem\nO ServerKeyFile=\n").at(0).has_tls);
    CPPUNIT_ASSERT(!listeners_in(std::string(tls) + "O DaemonPortOptions=Name=MTA, M=ES\n").at(0).has_tls);
    CPPUNIT_ASSERT(listeners_in(std::string(tls) + "O DaemonPortOptions=Name=MTA, M=Es\n").at(0).has_tls);
  }

  void reads_what_the_test_mode_says() {
    CPPUNIT_ASSERT_EQUAL(std::string("mx.test.example"),
                         parse_macro_answer("ADDRESS TEST MODE (ruleset 3 NOT automatically invoked)\n"
                                            "Enter <ruleset> <address>\n> mx.test.example\n> "));
    CPPUNIT_ASSERT_EQUAL(std::string(), parse_macro_answer("Enter <ruleset> <address>\n> \n> "));
    CPPUNIT_ASSERT_EQUAL(std::string(), parse_macro_answer(""));
  }

  void reads_the_version_of_sendmail_alone() {
    CPPUNIT_ASSERT_EQUAL(std::string("8.17.1.9"),
                         parse_version("Version 8.17.1.9\n Compiled with: DNSMAP\n"));
    CPPUNIT_ASSERT_EQUAL(std::string(), parse_version("Exim Version 8.1\n"));
    CPPUNIT_ASSERT_EQUAL(std::string(), parse_version("sendmail: fatal: unsupported: -bt\n"));
  }

  void survives_any_bytes() {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    for (const std::string& start :
         {std::string("O "), std::string("D"), std::string("D{"), std::string("O DaemonPortOptions=")}) {
      for (std::size_t size = 0; size <= all.size(); ++size) {
        std::string text = start;
        text.append(all, 0, size).append("\n").append(start);
        const auto cf = parse_sendmail_cf(text);
        CPPUNIT_ASSERT(listeners_of(cf).size() <= 2);
      }
    }
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SendmailTextTest);

}  // namespace tlsward::mta
