#include "milter/connection.h"

#include <cppunit/extensions/HelperMacros.h>

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "policy/access_load.h"
#include "unit/policy/memory_source.h"

namespace tlsward::milter {

class ConnectionTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ConnectionTest);
  CPPUNIT_TEST(keeps_the_rules_it_began_with);
  CPPUNIT_TEST(judges_each_message_by_itself);
  CPPUNIT_TEST(fails_closed_only_where_a_rule_could_refuse);
  CPPUNIT_TEST(logs_what_is_not_simply_accepted);
  CPPUNIT_TEST(tells_the_sink_of_every_decision);
  CPPUNIT_TEST(asks_how_our_own_tls_fares);
  CPPUNIT_TEST(finds_out_later_who_the_client_is);
  CPPUNIT_TEST(shares_rules_with_its_like);
  CPPUNIT_TEST_SUITE_END();

 public:
  void keeps_the_rules_it_began_with();
  void judges_each_message_by_itself();
  void fails_closed_only_where_a_rule_could_refuse();
  void logs_what_is_not_simply_accepted();
  void tells_the_sink_of_every_decision();
  void asks_how_our_own_tls_fares();
  void finds_out_later_who_the_client_is();
  void shares_rules_with_its_like();
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectionTest);

namespace {

using policy::Outcome;

std::shared_ptr<const policy::AccessList> list_of(const std::string& text) {
  const policy::MemorySource source({{"access", text}});
  const auto loaded = policy::load_access_list(source, "access", {});
  CPPUNIT_ASSERT(loaded.list != nullptr);
  return loaded.list;
}

class LineLog final : public base::Log {
 public:
  explicit LineLog(base::LogLevel level) : Log(level) {}
  std::vector<std::string> lines;

 private:
  void put(base::LogLevel /*level*/, std::string_view line, const base::LogFields& /*fields*/) override {
    lines.emplace_back(line);
  }
};

class CountingSink final : public ObservationSink {
 public:
  void record(const Observation& observation) noexcept override {
    outcomes.push_back(observation.decision.outcome);
  }
  std::vector<Outcome> outcomes;
};

class Unhealthy final : public HealthSource {
 public:
  [[nodiscard]] policy::OwnTls own_tls() const noexcept override { return policy::OwnTls::unhealthy; }
};

/// A service around one list.
struct World {
  LineLog log;
  ListSlot slot;
  CountingSink sink;
  UnknownHealth health;
  Service service;

  explicit World(const std::string& list, bool enforce = true, base::LogLevel level = base::LogLevel::info)
      : log(level), service{{enforce, true, ""}, conf::Mta::automatic, log, slot, sink, health, {}, {}} {
    put(list);
  }
  void put(const std::string& list) { static_cast<void>(slot.swap(list_of(list))); }
  [[nodiscard]] Connection connect(const char* address) {
    Connection out;
    out.connect(service, {*policy::Client::parse(address), "client.example", "MTA", "Postfix"});
    return out;
  }
};

const std::string shut = "192.0.2.0/24 required\ndefault available\n";
const std::string opened = "default available\n";

MailMacros over_tls() {
  MailMacros macros;
  macros.tls_version = "TLSv1.3";
  return macros;
}

}  // namespace

void ConnectionTest::keeps_the_rules_it_began_with() {
  World world(shut);
  Connection old = world.connect("192.0.2.1");
  world.put(opened);
  CPPUNIT_ASSERT(old.mail(world.service, {}, "<>").outcome == Outcome::refuse);
  CPPUNIT_ASSERT(world.connect("192.0.2.1").mail(world.service, {}, "<>").outcome == Outcome::accept);
}

void ConnectionTest::judges_each_message_by_itself() {
  World world(shut);
  Connection connection = world.connect("192.0.2.1");
  connection.helo("one");
  CPPUNIT_ASSERT(connection.mail(world.service, {}, "<>").outcome == Outcome::refuse);
  connection.helo("two");
  CPPUNIT_ASSERT(connection.mail(world.service, over_tls(), "<>").outcome == Outcome::accept);
  CPPUNIT_ASSERT(connection.mail(world.service, {}, "<>").outcome == Outcome::refuse);
}

void ConnectionTest::fails_closed_only_where_a_rule_could_refuse() {
  World world(shut + "192.0.2.9 exempt\n");
  const policy::Settings enforcing{true, true, ""};
  const policy::Settings reporting{false, true, ""};
  CPPUNIT_ASSERT(world.connect("192.0.2.1").must_fail_closed(enforcing));
  CPPUNIT_ASSERT(!world.connect("192.0.2.1").must_fail_closed(reporting));
  CPPUNIT_ASSERT(!world.connect("192.0.2.9").must_fail_closed(enforcing));
  CPPUNIT_ASSERT(!world.connect("198.51.100.1").must_fail_closed(enforcing));
  world.put(opened + "sender:partner.example required\n");
  CPPUNIT_ASSERT_MESSAGE("a sender rule may refuse anybody",
                         world.connect("198.51.100.1").must_fail_closed(enforcing));
  const Connection failed;
  CPPUNIT_ASSERT(failed.must_fail_closed(enforcing));
  CPPUNIT_ASSERT(!failed.must_fail_closed(reporting));
}

void ConnectionTest::logs_what_is_not_simply_accepted() {
  World world(shut);
  Connection connection = world.connect("192.0.2.1");
  connection.helo(std::string(1000, 'h'));
  static_cast<void>(connection.mail(world.service, over_tls(), "<a@b>"));
  static_cast<void>(world.connect("198.51.100.1").mail(world.service, {}, "<a@b>"));
  CPPUNIT_ASSERT_EQUAL(std::size_t{0}, world.log.lines.size());
  static_cast<void>(connection.mail(world.service, {}, "<a@b>"));
  CPPUNIT_ASSERT_EQUAL(std::size_t{1}, world.log.lines.size());
  CPPUNIT_ASSERT(world.log.lines[0].find("client=client.example[192.0.2.1], tls=none, helo=<hhh") !=
                 std::string::npos);
  World chatty(shut, true, base::LogLevel::debug);
  static_cast<void>(chatty.connect("198.51.100.1").mail(chatty.service, {}, "<a@b>"));
  CPPUNIT_ASSERT_EQUAL_MESSAGE("accepted ones at debug", std::size_t{1}, chatty.log.lines.size());
}

void ConnectionTest::tells_the_sink_of_every_decision() {
  World world(shut, false);
  static_cast<void>(world.connect("192.0.2.1").mail(world.service, {}, "<>"));
  static_cast<void>(world.connect("198.51.100.1").mail(world.service, {}, "<>"));
  CPPUNIT_ASSERT(world.sink.outcomes == (std::vector<Outcome>{Outcome::refuse, Outcome::accept}));
}

void ConnectionTest::asks_how_our_own_tls_fares() {
  World world(shut);
  const Unhealthy unhealthy;
  Service service{
      {true, true, ""}, conf::Mta::automatic, world.log, world.slot, world.sink, unhealthy, {}, {}};
  const policy::Decision decision = world.connect("192.0.2.1").mail(service, {}, "<>");
  CPPUNIT_ASSERT(decision.outcome == Outcome::defer);
  CPPUNIT_ASSERT(decision.reason == policy::Reason::own_tls_unhealthy);
}

void ConnectionTest::finds_out_later_who_the_client_is() {
  World world(shut + "unknown exempt\n");
  Connection connection = world.connect("unknown");
  CPPUNIT_ASSERT(connection.mail(world.service, {}, "<>").outcome == Outcome::accept);
  MailMacros macros;
  macros.client_addr = "192.0.2.1";
  CPPUNIT_ASSERT(connection.mail(world.service, macros, "<>").outcome == Outcome::refuse);
  macros.client_addr = "198.51.100.1";
  CPPUNIT_ASSERT_MESSAGE("once", connection.mail(world.service, macros, "<>").outcome == Outcome::refuse);
}

void ConnectionTest::shares_rules_with_its_like() {
  World world(shut);
  RuleSetPool pool;
  const auto rules_for = [&](const char* address) {
    policy::RuleSet fresh;
    world.slot.get()->collect(*policy::Client::parse(address), "", fresh);
    return pool.share(std::move(fresh));
  };
  const auto first = rules_for("192.0.2.1");
  CPPUNIT_ASSERT(first == rules_for("192.0.2.2"));
  CPPUNIT_ASSERT(first != rules_for("198.51.100.1"));
  world.put(shut);
  CPPUNIT_ASSERT_MESSAGE("another list's rules are others", first != rules_for("192.0.2.1"));
  const std::weak_ptr<const policy::RuleSet> gone = rules_for("192.0.2.1");
  CPPUNIT_ASSERT_MESSAGE("none is kept alive", gone.expired());
}

}  // namespace tlsward::milter
