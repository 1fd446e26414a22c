#include "mta/postfix_text.h"

#include <cppunit/extensions/HelperMacros.h>

#include "mta/ports.h"

namespace tlsward::mta {

using smtp::Security;

class PostfixTextTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PostfixTextTest);
  CPPUNIT_TEST(reads_parameters);
  CPPUNIT_TEST(reads_services_and_overrides);
  CPPUNIT_TEST(knows_the_usual_services);
  CPPUNIT_TEST(takes_the_address_from_the_service_or_the_interfaces);
  CPPUNIT_TEST(lets_chain_files_win_over_all_others);
  CPPUNIT_TEST(takes_a_services_own_certificate);
  CPPUNIT_TEST(knows_where_tls_is_off);
  CPPUNIT_TEST(asks_tlsproxy_for_postscreen);
  CPPUNIT_TEST(skips_what_it_does_not_understand);
  CPPUNIT_TEST(knows_ports_by_number_and_name);
  CPPUNIT_TEST_SUITE_END();

  /// As a fresh Postfix answers.
  static PostfixAnswers answers() {
    PostfixAnswers out;
    out.raw = parse_parameters(
        "inet_interfaces = all\ninet_protocols = all\nqueue_directory = /var/spool/postfix\n"
        "smtpd_tls_wrappermode = no\nsmtpd_tls_security_level = may\nsmtpd_use_tls = no\nsmtpd_enforce_tls = "
        "no\n"
        "smtpd_discard_ehlo_keywords =\nsmtpd_upstream_proxy_protocol =\n"
        "smtpd_tls_chain_files =\nsmtpd_tls_cert_file = /etc/ssl/rsa.pem\nsmtpd_tls_key_file = "
        "$smtpd_tls_cert_file\n"
        "smtpd_tls_eccert_file =\nsmtpd_tls_eckey_file = $smtpd_tls_eccert_file\n"
        "postscreen_tls_security_level = $smtpd_tls_security_level\n"
        "tlsproxy_tls_chain_files = $smtpd_tls_chain_files\ntlsproxy_tls_cert_file = $smtpd_tls_cert_file\n");
    out.expanded = out.raw;
    for (auto& [name, value] : out.expanded) {
      if (value.size() > 1 && value[0] == '$') value = out.raw[value.substr(1)];
    }
    out.services = parse_services("smtp       inet  n       -       y       -       -       smtpd\n");
    return out;
  }

  static Listener only(const PostfixAnswers& given) {
    const auto found = listeners_of(given);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, found.size());
    return found.front();
  }

  static std::string joined(const std::vector<std::string>& list) {
    std::string out;
    for (const std::string& element : list) out += element + "|";
    return out;
  }

 public:
  void reads_parameters() {
    const auto got = parse_parameters("a = 1\nb =\nc = x = y, z\nno value\n= none\nlast = end");
    CPPUNIT_ASSERT_EQUAL(std::string("1"), got.at("a"));
    CPPUNIT_ASSERT_EQUAL(std::string(), got.at("b"));
    CPPUNIT_ASSERT_EQUAL(std::string("x = y, z"), got.at("c"));
    CPPUNIT_ASSERT_EQUAL(std::string("end"), got.at("last"));
    CPPUNIT_ASSERT(got.find("no value") == got.end());
  }

  void reads_services_and_overrides() {
    const auto services = parse_services(
        "smtp       inet  n       -       y       -       1       postscreen\n"
        "smtpd      pass  -       -       y       -       -       smtpd\n"
        "127.0.0.1:2525 inet n    -       n       -       -       smtpd -o smtpd_tls_wrappermode=yes -o x=y\n"
        "short      inet  n\n");
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, services.size());
    CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:2525"), services[2].name);
    CPPUNIT_ASSERT_EQUAL(std::string("smtpd"), services[2].command);
    const auto overrides = parse_overrides(
        "[::1]:465/inet/smtpd_tls_wrappermode = yes\nsubmission/inet/smtpd_tls_cert_file = /a/b = c\njunk\nx "
        "= y\n");
    CPPUNIT_ASSERT_EQUAL(std::string("yes"), overrides.at("[::1]:465/inet").at("smtpd_tls_wrappermode"));
    CPPUNIT_ASSERT_EQUAL(std::string("/a/b = c"), overrides.at("submission/inet").at("smtpd_tls_cert_file"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, overrides.size());
  }

  void knows_the_usual_services() {
    PostfixAnswers given = answers();
    given.services = parse_services(
        "smtp        inet n - y - - smtpd\nsubmission  inet n - y - - smtpd\nsubmissions inet n - y - - "
        "smtpd\n"
        "pickup      unix n - y 60 1 pickup\nsmtp        unix - - y - - smtp\n628 inet n - y - - qmqpd\n");
    given.overrides = parse_overrides("submissions/inet/smtpd_tls_wrappermode = yes\n");
    const auto found = listeners_of(given);
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, found.size());
    CPPUNIT_ASSERT_EQUAL(std::uint16_t{25}, found[0].port);
    CPPUNIT_ASSERT_EQUAL(std::uint16_t{587}, found[1].port);
    CPPUNIT_ASSERT_EQUAL(std::uint16_t{465}, found[2].port);
    CPPUNIT_ASSERT(found[0].security == Security::starttls && found[2].security == Security::smtps);
    CPPUNIT_ASSERT(found[0].has_tls && found[1].has_tls && found[2].has_tls);
    CPPUNIT_ASSERT_EQUAL(std::string("submission"), found[1].service);
  }

  void takes_the_address_from_the_service_or_the_interfaces() {
    struct Row {
      const char* service;
      const char* interfaces;
      const char* protocols;
      const char* host;
      std::uint16_t port;
    };
    for (const auto& [service, interfaces, protocols, host, port] :
         {Row{"25", "all", "all", "127.0.0.1", 25}, Row{"25", "loopback-only", "ipv4", "127.0.0.1", 25},
          Row{"25", "all", "ipv6", "::1", 25}, Row{"25", "192.0.2.1, [2001:db8::1]", "all", "192.0.2.1", 25},
          Row{"25", "[2001:db8::1]", "all", "2001:db8::1", 25},
          Row{"25", "mx.example", "all", "mx.example", 25},
          Row{"127.0.0.9:2525", "all", "all", "127.0.0.9", 2525},
          Row{"[::1]:smtps", "all", "all", "::1", 465}, Row{":26", "all", "all", "127.0.0.1", 26},
          Row{"25", "", "", "127.0.0.1", 25}}) {
      PostfixAnswers given = answers();
      given.services[0].name = service;
      given.expanded["inet_interfaces"] = interfaces;
      given.expanded["inet_protocols"] = protocols;
      const std::string label = std::string(service) + " " + interfaces;
      CPPUNIT_ASSERT_EQUAL_MESSAGE(label, std::string(host), only(given).host);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(label, port, only(given).port);
    }
  }

  void lets_chain_files_win_over_all_others() {
    PostfixAnswers given = answers();
    CPPUNIT_ASSERT_EQUAL(std::string("/etc/ssl/rsa.pem|"), joined(only(given).certificate_files));
    given.expanded["smtpd_tls_eccert_file"] = "ec.pem";  // Postfix's daemons live in the queue directory
    CPPUNIT_ASSERT_EQUAL(std::string("/etc/ssl/rsa.pem|/var/spool/postfix/ec.pem|"),
                         joined(only(given).certificate_files));
    given.expanded["smtpd_tls_chain_files"] = "/t/rsa.pem,\t/t/ec.key /t/ec.pem";
    CPPUNIT_ASSERT_EQUAL(std::string("/t/rsa.pem|/t/ec.key|/t/ec.pem|"),
                         joined(only(given).certificate_files));
    given.overrides = parse_overrides("smtp/inet/smtpd_tls_cert_file = /own.pem\n");
    CPPUNIT_ASSERT_EQUAL(std::string("/t/rsa.pem|/t/ec.key|/t/ec.pem|"),
                         joined(only(given).certificate_files));
    given.expanded["smtpd_tls_chain_files"] = "";
    given.expanded["smtpd_tls_cert_file"] = "none";
    given.expanded["smtpd_tls_eccert_file"] = "";
    given.overrides.clear();
    given.expanded["smtpd_tls_key_file"] = "none";
    CPPUNIT_ASSERT_EQUAL(std::string(), joined(only(given).certificate_files));
  }

  void takes_a_services_own_certificate() {
    PostfixAnswers given = answers();
    given.overrides = parse_overrides("smtp/inet/smtpd_tls_cert_file = /own.pem\n");
    // The key follows, because by default it is in the same file.
    CPPUNIT_ASSERT_EQUAL(std::string("/own.pem|"), joined(only(given).certificate_files));
    given.raw["smtpd_tls_key_file"] = given.expanded["smtpd_tls_key_file"] = "/etc/ssl/rsa.key";
    CPPUNIT_ASSERT_EQUAL(std::string("/own.pem|/etc/ssl/rsa.key|"), joined(only(given).certificate_files));
    given.expanded["smtpd_tls_chain_files"] = "/t/all.pem";
    given.overrides =
        parse_overrides("smtp/inet/smtpd_tls_chain_files =\nsmtp/inet/smtpd_tls_cert_file = /own.pem\n");
    CPPUNIT_ASSERT_EQUAL(std::string("/own.pem|/etc/ssl/rsa.key|"), joined(only(given).certificate_files));
  }

  void knows_where_tls_is_off() {
    struct Row {
      const char* overrides;
      bool has_tls;
    };
    for (const auto& [overrides, has_tls] :
         {Row{"smtp/inet/smtpd_tls_security_level = none", false},
          Row{"smtp/inet/smtpd_tls_security_level =", false},
          Row{"smtp/inet/smtpd_tls_security_level = encrypt", true},
          Row{"smtp/inet/smtpd_tls_security_level =\nsmtp/inet/smtpd_use_tls = yes", true},
          Row{"smtp/inet/smtpd_tls_security_level =\nsmtp/inet/smtpd_enforce_tls = yes", true},
          Row{"smtp/inet/smtpd_tls_security_level = none\nsmtp/inet/smtpd_tls_wrappermode = yes", true},
          Row{"smtp/inet/smtpd_discard_ehlo_keywords = chunking, STARTTLS", false}}) {
      PostfixAnswers given = answers();
      given.overrides = parse_overrides(overrides);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(overrides, has_tls, only(given).has_tls);
    }
    PostfixAnswers given = answers();
    CPPUNIT_ASSERT(!only(given).wants_proxy_header);
    given.overrides = parse_overrides("smtp/inet/smtpd_upstream_proxy_protocol = haproxy\n");
    CPPUNIT_ASSERT(only(given).wants_proxy_header);
  }

  void asks_tlsproxy_for_postscreen() {
    PostfixAnswers given = answers();
    given.services[0].command = "postscreen";
    given.expanded["tlsproxy_tls_chain_files"] = "/t/proxy.pem";
    CPPUNIT_ASSERT_EQUAL(std::string("/t/proxy.pem|"), joined(only(given).certificate_files));
    CPPUNIT_ASSERT(only(given).has_tls);
    given.overrides = parse_overrides("tlsproxy/unix/tlsproxy_tls_chain_files = /t/own.pem\n");
    CPPUNIT_ASSERT_EQUAL(std::string("/t/own.pem|"), joined(only(given).certificate_files));
    given.overrides = parse_overrides("smtp/inet/smtpd_tls_security_level = none\n");
    CPPUNIT_ASSERT(!only(given).has_tls);
  }

  void skips_what_it_does_not_understand() {
    PostfixAnswers given;
    CPPUNIT_ASSERT(listeners_of(given).empty());
    given.services = parse_services("no-such-port-name inet n - y - - smtpd\n0 inet n - y - - smtpd\n");
    CPPUNIT_ASSERT(listeners_of(given).empty());
    CPPUNIT_ASSERT(parse_services("\n\n   \n").empty());
    CPPUNIT_ASSERT(split_list(" ,, \t").empty());
  }

  void knows_ports_by_number_and_name() {
    CPPUNIT_ASSERT_EQUAL(std::uint16_t{25}, *port_number("smtp"));
    CPPUNIT_ASSERT_EQUAL(std::uint16_t{465}, *port_number("submissions"));
    CPPUNIT_ASSERT_EQUAL(std::uint16_t{65535}, *port_number("65535"));
    for (const char* const none : {"0", "65536", "", "-1", "25 ", "no-such-port-name"})
      CPPUNIT_ASSERT_MESSAGE(none, !port_number(none));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PostfixTextTest);

}  // namespace tlsward::mta
