#include "milter/log_line.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <string>

namespace tlsward::milter {

class LogLineTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(LogLineTest);
  CPPUNIT_TEST(has_the_agreed_shape);
  CPPUNIT_TEST(names_what_would_have_happened);
  CPPUNIT_TEST(tells_the_certificate_where_it_was_judged);
  CPPUNIT_TEST(lets_no_outside_text_forge_a_line);
  CPPUNIT_TEST(gives_the_journal_its_fields);
  CPPUNIT_TEST_SUITE_END();

 public:
  void has_the_agreed_shape();
  void names_what_would_have_happened();
  void tells_the_certificate_where_it_was_judged();
  void lets_no_outside_text_forge_a_line();
  void gives_the_journal_its_fields();
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogLineTest);

namespace {

policy::Rule rule(const policy::Terms& terms) {
  return {std::make_shared<const policy::Terms>(terms), std::make_shared<const std::string>("access"), 12,
          policy::Subject::prefix, 24};
}

struct Scene {
  policy::Session session;
  policy::Decision decision;
  policy::Terms terms;

  Scene() {
    session.client = policy::Client::at(*net::Address::parse("192.0.2.7"));
    session.sender_domain = "example.org";
    terms.mode = policy::Mode::required;
    decision.outcome = policy::Outcome::refuse;
    decision.enforced = true;
    decision.reason = policy::Reason::not_encrypted;
    decision.rule = rule(terms);
    decision.reply = policy::Reply{"530", "5.7.0", "Must issue a STARTTLS command first"};
  }
  [[nodiscard]] DecisionEvent event() const {
    return {session, decision, "", "mail.example", "", "helo.example", "<a@example.org>"};
  }
};

std::string field(const base::LogFields& fields, const std::string& name) {
  const auto it = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.first == name; });
  return it == fields.end() ? "absent" : it->second;
}

}  // namespace

void LogLineTest::has_the_agreed_shape() {
  Scene scene;
  CPPUNIT_ASSERT_EQUAL(std::string("NOQUEUE: action=refuse, reason=not-encrypted, rule=access:12, "
                                   "client=mail.example[192.0.2.7], tls=none, "
                                   "helo=<helo.example>, from=<a@example.org>, reply=\"530 5.7.0 Must issue "
                                   "a STARTTLS command first\""),
                       render_decision(scene.event()));
  DecisionEvent event = scene.event();
  event.queue_id = "4XyZ";
  event.client_name = "";
  CPPUNIT_ASSERT(render_decision(event).starts_with("4XyZ: action=refuse, "));
  CPPUNIT_ASSERT(render_decision(event).find("client=unknown[192.0.2.7]") != std::string::npos);
  event.client_name = "[192.0.2.7]";
  CPPUNIT_ASSERT(render_decision(event).find("client=unknown[192.0.2.7]") != std::string::npos);
}

void LogLineTest::names_what_would_have_happened() {
  Scene scene;
  CPPUNIT_ASSERT_EQUAL(std::string_view("refuse"), action_name(scene.decision));
  scene.decision.enforced = false;
  CPPUNIT_ASSERT_EQUAL(std::string_view("would-refuse"), action_name(scene.decision));
  scene.decision.outcome = policy::Outcome::defer;
  CPPUNIT_ASSERT_EQUAL(std::string_view("would-defer"), action_name(scene.decision));
  scene.decision.enforced = true;
  CPPUNIT_ASSERT_EQUAL(std::string_view("defer"), action_name(scene.decision));
  scene.decision.outcome = policy::Outcome::accept;
  CPPUNIT_ASSERT_EQUAL(std::string_view("accept"), action_name(scene.decision));
}

void LogLineTest::tells_the_certificate_where_it_was_judged() {
  Scene scene;
  scene.session.tls.encrypted = true;
  scene.session.tls.version_name = "TLSv1.3";
  scene.session.tls.bits = 256;
  DecisionEvent event = scene.event();
  event.cipher = "TLS_AES_256_GCM_SHA384";
  CPPUNIT_ASSERT(render_decision(event).find("tls=TLSv1.3:TLS_AES_256_GCM_SHA384:256, helo=") !=
                 std::string::npos);
  scene.terms.verified = true;
  scene.decision.rule = rule(scene.terms);
  CPPUNIT_ASSERT(render_decision(event).find(":256, verified=no, helo=") != std::string::npos);
  scene.session.tls.verified = true;
  scene.session.tls.subject = "mx \"x\"";
  scene.session.tls.issuer = "CA";
  CPPUNIT_ASSERT(render_decision(event).find(R"(verified=yes, subject="mx \"x\"", issuer="CA", helo=)") !=
                 std::string::npos);
  scene.session.tls.bits.reset();
  event.cipher = "";
  CPPUNIT_ASSERT(render_decision(event).find("tls=TLSv1.3:unknown:unknown,") != std::string::npos);
}

void LogLineTest::lets_no_outside_text_forge_a_line() {
  using namespace std::string_literals;
  Scene scene;
  DecisionEvent event = scene.event();
  const std::string evil = "x\n2026 tlswardd: forged\x1b[31m\x7f\0\xff"s + std::string(5000, 'y');
  event.queue_id = event.client_name = event.helo = event.sender = event.cipher = evil;
  scene.session.tls.encrypted = true;
  scene.session.tls.version_name = evil;
  const std::string line = render_decision(event);
  CPPUNIT_ASSERT(
      std::none_of(line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c >= 0x7F; }));
  CPPUNIT_ASSERT_MESSAGE(std::to_string(line.size()), line.size() < 2500);
}

void LogLineTest::gives_the_journal_its_fields() {
  Scene scene;
  const base::LogFields fields = decision_fields(scene.event());
  CPPUNIT_ASSERT_EQUAL(std::string("refuse"), field(fields, "TLSWARD_ACTION"));
  CPPUNIT_ASSERT_EQUAL(std::string("not-encrypted"), field(fields, "TLSWARD_REASON"));
  CPPUNIT_ASSERT_EQUAL(std::string("access:12"), field(fields, "TLSWARD_RULE"));
  CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7"), field(fields, "TLSWARD_CLIENT_IP"));
  CPPUNIT_ASSERT_EQUAL(std::string("none"), field(fields, "TLSWARD_TLS_VERSION"));
  CPPUNIT_ASSERT_EQUAL(std::string(message_id::refused), field(fields, "MESSAGE_ID"));
  scene.decision.enforced = false;
  CPPUNIT_ASSERT_EQUAL(std::string(message_id::would_refuse),
                       field(decision_fields(scene.event()), "MESSAGE_ID"));
}

}  // namespace tlsward::milter
