#include "policy/decision.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fmt/format.h>

#include "memory_source.h"
#include "policy/access_load.h"

namespace tlsward::policy {
namespace {

constexpr const char* day = "2026-11-22T12:00:00Z";

/// Who comes, and how.
struct Given {
  const char* client = "203.0.113.1";
  const char* tls = nullptr;  ///< version, or null for none
  int bits = -1;
  const char* subject = nullptr;  ///< of a verified certificate
  const char* issuer = "CA";
  const char* sender = "a@x.example";
  const char* listener = "";
  bool authenticated = false;
};

Session session_of(const Given& given) {
  Session session;
  session.client = *Client::parse(given.client);
  session.listener = given.listener;
  session.tls.encrypted = given.tls != nullptr;
  if (given.tls != nullptr) session.tls.version = TlsVersion::parse(given.tls);
  if (given.bits >= 0) session.tls.bits = static_cast<std::uint32_t>(given.bits);
  session.tls.verified = given.subject != nullptr;
  if (given.subject != nullptr) {
    session.tls.subject = given.subject;
    session.tls.issuer = given.issuer;
  }
  session.authenticated = given.authenticated;
  session.sender_domain = sender_domain(given.sender);
  return session;
}

struct World {
  Settings settings{true, true, ""};
  const char* at = day;
  OwnTls own_tls = OwnTls::unknown;
};

/// "refuse! access:2 530 5.7.0 ..." with ! where it is carried out, [sender] before the reply where that
/// decided.
std::string decided(const std::string& list, const Given& given, const World& world = {}) {
  const MemorySource source({{"access", list}});
  LoadOptions options;
  options.allow_default_required = true;
  options.allow_default_deny = true;
  const LoadedList loaded = load_access_list(source, "access", options);
  CPPUNIT_ASSERT_MESSAGE(list + (loaded.findings.empty() ? "" : loaded.findings.front().text),
                         loaded.list != nullptr);
  const Session session = session_of(given);
  RuleSet rules;
  loaded.list->collect(session.client, session.listener, rules);
  const Decision d = decide(rules, session, world.settings, *base::parse_date(world.at), world.own_tls);
  return fmt::format("{}{} {} {}{}{}", outcome_name(d.outcome), d.enforced ? "!" : "",
                     network_name(d, session), d.rule ? d.rule->place() : "-",
                     d.sender_rule ? fmt::format(" [{}]", d.sender_rule->place()) : "",
                     d.reply ? " " + to_string(*d.reply) : "");
}

void same(const std::string& want, const std::string& list, const Given& given, const World& world = {}) {
  CPPUNIT_ASSERT_EQUAL_MESSAGE(list, want, decided(list, given, world));
}

}  // namespace

class DecisionTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DecisionTest);
  CPPUNIT_TEST(accepts_where_no_rule_is);
  CPPUNIT_TEST(asks_for_tls_where_required);
  CPPUNIT_TEST(asks_for_strength);
  CPPUNIT_TEST(asks_for_a_certificate);
  CPPUNIT_TEST(denies);
  CPPUNIT_TEST(defers_where_told_to);
  CPPUNIT_TEST(knows_the_built_in_rules);
  CPPUNIT_TEST(keeps_unknown_apart);
  CPPUNIT_TEST(lets_rules_step_back_by_date_and_report);
  CPPUNIT_TEST(steps_back_to_a_built_in_rule_and_not_to_default);
  CPPUNIT_TEST(judges_senders_after_networks);
  CPPUNIT_TEST(asks_listeners_first);
  CPPUNIT_TEST(spares_authenticated_users);
  CPPUNIT_TEST(only_tells_without_enforce);
  CPPUNIT_TEST(bounces_nobody_while_our_own_tls_is_broken);
  CPPUNIT_TEST_SUITE_END();

 public:
  void accepts_where_no_rule_is() { same("accept! default -", "192.0.2.0/24 required\n", {}); }

  void asks_for_tls_where_required() {
    const std::string list = "203.0.113.0/24 required\n";
    same("refuse! 203.0.113.0/24 access:1 530 5.7.0 Must issue a STARTTLS command first", list, {});
    same("accept! 203.0.113.0/24 access:1", list, {.tls = "TLSv1"});
    same("accept! 203.0.113.0/24 access:1", list,
         {.tls = "gibberish"});  // encrypted, and nothing more was asked
    same("accept! 203.0.113.0/24 access:1", "203.0.113.0/24 available\n", {});
    same("accept! 203.0.113.0/24 access:1", "203.0.113.0/24 none\n", {});
    same("refuse! default access:1 530 5.7.0 Must issue a STARTTLS command first https://a.example/?%20",
         "default required\n", {}, {.settings = {true, true, "https://a.example/?%20"}});
  }

  void asks_for_strength() {
    const std::string list = "203.0.113.0/24 required min-protocol=TLSv1.2 min-bits=256\n";
    same("refuse! 203.0.113.0/24 access:1 530 5.7.0 Must issue a STARTTLS command first", list, {});
    same("refuse! 203.0.113.0/24 access:1 554 5.7.1 TLSv1.1 is too weak here, TLSv1.2 or better is required",
         list, {.tls = "TLSv1.1", .bits = 256});
    same(
        "refuse! 203.0.113.0/24 access:1 554 5.7.1 An unknown TLS version is too weak here, TLSv1.2 or "
        "better is required",
        list, {.tls = "TLSx", .bits = 256});
    same(
        "refuse! 203.0.113.0/24 access:1 554 5.7.1 A cipher of 128 bits is too weak here, 256 bits or more "
        "are required",
        list, {.tls = "TLSv1.2", .bits = 128});
    same(
        "refuse! 203.0.113.0/24 access:1 554 5.7.1 A cipher of unknown strength is too weak here, 256 bits "
        "or more are required",
        list, {.tls = "TLSv1.3"});
    same("accept! 203.0.113.0/24 access:1", list, {.tls = "TLSv1.3", .bits = 256});
    same("accept! 203.0.113.0/24 access:1", list, {.tls = "TLSv1.2", .bits = 256});
  }

  void asks_for_a_certificate() {
    const std::string want =
        "refuse! 203.0.113.0/24 access:1 554 5.7.1 A verified client certificate is required here";
    same(want, "203.0.113.0/24 required verified\n", {.tls = "TLSv1.3"});
    same("accept! 203.0.113.0/24 access:1", "203.0.113.0/24 required verified\n",
         {.tls = "TLSv1.3", .subject = "x"});
    const std::string named = "203.0.113.0/24 required subject=*.partner.example issuer=\"Our CA\"\n";
    same(want, named, {.tls = "TLSv1.3"});
    same(want, named, {.tls = "TLSv1.3", .subject = "mx.partner.example", .issuer = "Their CA"});
    same(want, named, {.tls = "TLSv1.3", .subject = "mx.evil.example", .issuer = "Our CA"});
    same("accept! 203.0.113.0/24 access:1", named,
         {.tls = "TLSv1.3", .subject = "MX.partner.example", .issuer = "our ca"});
    same(want, "203.0.113.0/24 required subject=*\n",
         {.tls = "TLSv1.3", .subject = ""});  // a certificate without a name has none that fits
  }

  void denies() {
    same("refuse! 203.0.113.1/32 access:1 554 5.7.1 Mail from [203.0.113.1] is not accepted here",
         "203.0.113.1 deny\n", {.tls = "TLSv1.3"});
    same("refuse! 2001:db8::/32 access:1 554 5.7.1 Mail from [2001:db8::7] is not accepted here",
         "2001:db8::/32 deny\n", {.client = "2001:db8::7"});
  }

  void defers_where_told_to() {
    same("defer! 203.0.113.1/32 access:1 450 4.7.0 Mail from [203.0.113.1] is not accepted here",
         "203.0.113.1 deny reply-with=tempfail\n", {});
    same("defer! 203.0.113.1/32 access:1 450 4.7.0 Must issue a STARTTLS command first",
         "203.0.113.1 required reply-with=tempfail\n", {});
    same("refuse! 203.0.113.1/32 access:1 530 5.7.0 Must issue a STARTTLS command first",
         "203.0.113.1 required reply-with=reject\n", {});
  }

  void knows_the_built_in_rules() {
    for (const char* client : {"127.0.0.1", "127.255.255.255", "::1", "local"}) {
      CPPUNIT_ASSERT_MESSAGE(client,
                             decided("default required\n", {.client = client}).starts_with("accept! "));
      CPPUNIT_ASSERT_MESSAGE(
          client, decided("0.0.0.0/0 required\n::/0 required\n", {.client = client}).starts_with("accept! "));
    }
    same("accept! 127.0.0.0/8 built-in", "default required\n", {.client = "127.0.0.1"});
    same("accept! local built-in", "default required\n", {.client = "local"});
    same("refuse! 127.0.0.0/8 access:1 530 5.7.0 Must issue a STARTTLS command first",
         "127.0.0.0/8 required\n", {.client = "127.0.0.1"});
    same("refuse! 127.0.0.2/32 access:1 530 5.7.0 Must issue a STARTTLS command first",
         "127.0.0.2 required\n", {.client = "127.0.0.2"});
    same("accept! 127.0.0.0/8 built-in", "127.0.0.2 required\n", {.client = "127.0.0.1"});
    same("refuse! local access:1 554 5.7.1 Mail from [local] is not accepted here", "local deny\n",
         {.client = "local"});
    same("refuse! ::1/128 access:1 530 5.7.0 Must issue a STARTTLS command first", "::1 required\n",
         {.client = "::1"});
  }

  void keeps_unknown_apart() {
    same("refuse! unknown access:1 530 5.7.0 Must issue a STARTTLS command first", "default required\n",
         {.client = "unknown"});
    same("accept! unknown access:2", "default required\nunknown available\n", {.client = "unknown"});
    same("accept! unknown -", "10.0.0.0/8 required\n", {.client = "unknown"});
  }

  void lets_rules_step_back_by_date_and_report() {
    const std::string list =
        "203.0.113.0/24 required\n203.0.113.0/28 available until=2026-11-22\n203.0.113.1 deny "
        "from=2026-12-01\n";
    same("refuse 203.0.113.1/32 access:3 554 5.7.1 Mail from [203.0.113.1] is not accepted here", list, {});
    same("accept! 203.0.113.0/28 access:2", list, {.client = "203.0.113.2"});
    same("accept! 203.0.113.0/28 access:2", list, {.client = "203.0.113.2"}, {.at = "2026-11-22T23:59:59Z"});
    same("refuse! 203.0.113.0/24 access:1 530 5.7.0 Must issue a STARTTLS command first", list,
         {.client = "203.0.113.2"}, {.at = "2026-11-23"});
    // What is in force refuses: that is what is told, not what will be.
    same("refuse! 203.0.113.0/24 access:1 530 5.7.0 Must issue a STARTTLS command first", list, {},
         {.at = "2026-11-30T23:59:59Z"});
    same("refuse! 203.0.113.1/32 access:3 554 5.7.1 Mail from [203.0.113.1] is not accepted here", list, {},
         {.at = "2026-12-01"});
    same("refuse 203.0.113.0/24 access:1 530 5.7.0 Must issue a STARTTLS command first",
         "203.0.113.0/24 required report\n", {});
    same("accept! default -", "203.0.113.0/24 required report\n", {.tls = "TLSv1.2"});
    same("accept! default -", "default required until=2026-11-21\n", {});
    // Of two that are held back, the longer would decide.
    same("refuse 203.0.113.0/24 access:1 530 5.7.0 Must issue a STARTTLS command first",
         "203.0.113.0/24 required report\n203.0.0.0/16 deny report\n", {});
    same("accept! default -", "203.0.113.0/24 available report\n203.0.0.0/16 deny report\n", {});
  }

  void steps_back_to_a_built_in_rule_and_not_to_default() {
    same("accept! 127.0.0.0/8 built-in", "default required\n127.0.0.0/8 deny until=2026-11-01\n",
         {.client = "127.0.0.1"});
    same("accept! 127.0.0.0/8 built-in",
         "default required\n127.0.0.2 deny until=2026-11-01\n127.0.0.0/8 deny until=2026-11-01\n",
         {.client = "127.0.0.2"});
    same("accept! local built-in", "default required\nlocal deny until=2026-11-01\n", {.client = "local"});
    same("refuse unknown access:2 554 5.7.1 Mail from [unknown] is not accepted here",
         "default available\nunknown deny report\n", {.client = "unknown"});
  }

  void judges_senders_after_networks() {
    const std::string list =
        "sender:partner.example required min-protocol=TLSv1.2\nsender:.partner.example "
        "required\n203.0.113.0/24 required min-bits=256\n198.51.100.1 exempt\n"
        "198.51.100.2 none\n198.51.100.3 deny\ndefault available\n";
    const char* partner = "<x@Partner.Example>";
    same("refuse! default access:7 [access:1] 530 5.7.0 Must issue a STARTTLS command first", list,
         {.client = "192.0.2.1", .sender = partner});
    same("refuse! default access:7 [access:2] 530 5.7.0 Must issue a STARTTLS command first", list,
         {.client = "192.0.2.1", .sender = "<x@de.partner.example>"});
    same("accept! default access:7", list,
         {.client = "192.0.2.1", .tls = "TLSv1.1", .sender = "<x@de.partner.example>"});
    same(
        "refuse! default access:7 [access:1] 554 5.7.1 TLSv1.1 is too weak here, TLSv1.2 or better is "
        "required",
        list, {.client = "192.0.2.1", .tls = "TLSv1.1", .sender = partner});
    same("accept! default access:7", list, {.client = "192.0.2.1", .tls = "TLSv1.2", .sender = partner});
    same("refuse! 203.0.113.0/24 access:3 530 5.7.0 Must issue a STARTTLS command first", list,
         {.sender = partner});  // both broken: the network's
    same("accept! 198.51.100.1/32 access:4", list, {.client = "198.51.100.1", .sender = partner});
    same("accept! 198.51.100.2/32 access:5", list, {.client = "198.51.100.2", .sender = partner});
    same("refuse! 198.51.100.3/32 access:6 554 5.7.1 Mail from [198.51.100.3] is not accepted here", list,
         {.client = "198.51.100.3", .sender = partner});
    same("accept! 127.0.0.0/8 built-in", list, {.client = "127.0.0.1", .sender = partner});
    same("refuse default - [access:1] 530 5.7.0 Must issue a STARTTLS command first",
         "sender:partner.example required report\n", {.sender = partner});
    same("accept! default -", "sender:partner.example required until=2026-11-01\n", {.sender = partner});
  }

  void asks_listeners_first() {
    const std::string list = "listener:proxy exempt\nlistener:new report\n203.0.113.0/24 deny\n";
    same("accept! listener:proxy access:1", list, {.listener = "proxy"});
    same("refuse 203.0.113.0/24 access:3 554 5.7.1 Mail from [203.0.113.1] is not accepted here", list,
         {.listener = "new"});
    same("refuse! 203.0.113.0/24 access:3 554 5.7.1 Mail from [203.0.113.1] is not accepted here", list,
         {.listener = "Proxy"});
    same("refuse! 203.0.113.0/24 access:2 554 5.7.1 Mail from [203.0.113.1] is not accepted here",
         "listener:proxy exempt until=2026-11-01\n203.0.113.0/24 deny\n", {.listener = "proxy"});
    same("refuse! 203.0.113.0/24 access:2 554 5.7.1 Mail from [203.0.113.1] is not accepted here",
         "listener:proxy exempt from=2026-12-01\n203.0.113.0/24 deny\n", {.listener = "proxy"});
  }

  void spares_authenticated_users() {
    const std::string list =
        "203.0.113.1 deny\n203.0.113.2 required min-protocol=TLSv1.2 verified\nsender:partner.example "
        "required subject=mx\n";
    same("accept! 203.0.113.1/32 access:1", list, {.tls = "TLSv1.2", .authenticated = true});
    same("refuse! 203.0.113.1/32 access:1 554 5.7.1 Mail from [203.0.113.1] is not accepted here", list,
         {.authenticated = true});  // in the clear
    same("accept! 203.0.113.2/32 access:2", list,
         {.client = "203.0.113.2", .tls = "TLSv1.2", .authenticated = true});
    same("refuse! 203.0.113.2/32 access:2 554 5.7.1 TLSv1.1 is too weak here, TLSv1.2 or better is required",
         list, {.client = "203.0.113.2", .tls = "TLSv1.1", .authenticated = true});
    same("refuse! 203.0.113.2/32 access:2 530 5.7.0 Must issue a STARTTLS command first", list,
         {.client = "203.0.113.2", .authenticated = true});
    same("accept! default -", list,
         {.client = "192.0.2.1", .tls = "TLSv1.2", .sender = "a@partner.example", .authenticated = true});
    same("refuse! 203.0.113.1/32 access:1 554 5.7.1 Mail from [203.0.113.1] is not accepted here", list,
         {.tls = "TLSv1.2", .authenticated = true}, {.settings = {true, false, ""}});
  }

  void only_tells_without_enforce() {
    const World world{.settings = {false, true, ""}};
    same("refuse 203.0.113.1/32 access:1 554 5.7.1 Mail from [203.0.113.1] is not accepted here",
         "203.0.113.1 deny\n", {}, world);
    same("accept 203.0.113.1/32 access:1", "203.0.113.1 available\n", {}, world);
  }

  void bounces_nobody_while_our_own_tls_is_broken() {
    const World broken{.own_tls = OwnTls::unhealthy};
    same(
        "defer! 203.0.113.1/32 access:1 451 4.7.0 TLS is required here and not available now, try again "
        "later",
        "203.0.113.1 required\n", {}, broken);
    same("refuse! 203.0.113.1/32 access:1 554 5.7.1 TLSv1 is too weak here, TLSv1.2 or better is required",
         "203.0.113.1 required min-protocol=TLSv1.2\n", {.tls = "TLSv1"}, broken);
    same("refuse! 203.0.113.1/32 access:1 554 5.7.1 Mail from [203.0.113.1] is not accepted here",
         "203.0.113.1 deny\n", {}, broken);
    same("refuse! 203.0.113.1/32 access:1 530 5.7.0 Must issue a STARTTLS command first",
         "203.0.113.1 required\n", {}, {.own_tls = OwnTls::healthy});
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DecisionTest);

}  // namespace tlsward::policy
