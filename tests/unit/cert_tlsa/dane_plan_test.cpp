#include "cert/dane_plan.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace tlsward::cert {
namespace {

using base::Seconds;
using std::chrono::seconds;

const Seconds start{seconds(1'800'000'000)};
const CertificateBytes issuer{"issuer", "issuer key"};
const PlannedIdentity rsa{"RSA", {{"new rsa", "new rsa key"}, issuer}};
const PlannedIdentity ecdsa{"ECDSA", {{"new ecdsa", "new ecdsa key"}, issuer}};

base::TlsaRecord ee(const std::string& key) {
  return *tlsa_record(3, 1, 1, {"", key});
}
const base::TlsaRecord old_one = ee("old key");
const base::TlsaRecord new_rsa = ee("new rsa key");
const base::TlsaRecord new_ecdsa = ee("new ecdsa key");
const base::TlsaRecord by_issuer = *tlsa_record(2, 1, 1, issuer);

ServerRecords at(const std::string& server, std::vector<base::TlsaRecord> records, long ttl = 300) {
  return {server, true, seconds(ttl), std::move(records)};
}
ServerRecords silent(const std::string& server) {
  return {server, false, seconds(0), {}};
}

/// When it may go live, in seconds after the start; -1 for never.
long ready(const DanePlan& plan) {
  return plan.ready_at ? static_cast<long>((*plan.ready_at - start).count()) : -1;
}

}  // namespace

class DanePlanTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DanePlanTest);
  CPPUNIT_TEST(waits_for_twice_the_ttl);
  CPPUNIT_TEST(waits_for_the_last_server);
  CPPUNIT_TEST(waits_for_every_identity);
  CPPUNIT_TEST(takes_one_record_of_the_issuer_for_all);
  CPPUNIT_TEST(counts_by_the_largest_ttl_ever_seen);
  CPPUNIT_TEST(begins_anew_when_a_record_was_gone);
  CPPUNIT_TEST(is_not_ready_while_a_server_is_silent);
  CPPUNIT_TEST(forgets_a_server_that_is_no_more);
  CPPUNIT_TEST(says_how_long_old_records_must_stay);
  CPPUNIT_TEST(is_never_ready_about_nothing);
  CPPUNIT_TEST_SUITE_END();

 public:
  void waits_for_twice_the_ttl() {
    DaneWatch watch;
    watch.observe(start, {at("a", {old_one})});
    auto plan = watch.plan({rsa}, start);
    CPPUNIT_ASSERT(!plan.is_ready && !plan.ready_at);
    CPPUNIT_ASSERT(plan.identities[0].missing_at == std::vector<std::string>{"a"});
    CPPUNIT_ASSERT(plan.identities[0].wanted == (std::vector<base::TlsaRecord>{new_rsa, by_issuer}));
    watch.observe(start + seconds(10), {at("a", {old_one, new_rsa})});
    plan = watch.plan({rsa}, start + seconds(10));
    CPPUNIT_ASSERT_EQUAL(610L, ready(plan));
    CPPUNIT_ASSERT(!plan.is_ready && plan.identities[0].missing_at.empty());
    watch.observe(start + seconds(500), {at("a", {old_one, new_rsa})});
    CPPUNIT_ASSERT(!watch.plan({rsa}, start + seconds(609)).is_ready);
    CPPUNIT_ASSERT(watch.plan({rsa}, start + seconds(610)).is_ready);
    CPPUNIT_ASSERT_EQUAL(seconds::rep{300}, watch.plan({rsa}, start).ttl.count());
    watch.observe(start + seconds(610), {at("a", {new_rsa, new_rsa}), at("a", {new_rsa})});
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, watch.seen().size());
    CPPUNIT_ASSERT((watch.seen()[0].since == start + seconds(10)));
  }

  void waits_for_the_last_server() {
    DaneWatch watch;
    watch.observe(start, {at("a", {new_rsa}), at("b", {old_one})});
    auto plan = watch.plan({rsa}, start + seconds(100000));
    CPPUNIT_ASSERT(!plan.is_ready && plan.identities[0].missing_at == std::vector<std::string>{"b"});
    watch.observe(start + seconds(50), {at("a", {new_rsa}), at("b", {new_rsa})});
    CPPUNIT_ASSERT_EQUAL(650L, ready(watch.plan({rsa}, start)));
  }

  void waits_for_every_identity() {
    DaneWatch watch;
    watch.observe(start, {at("a", {new_rsa})});
    auto plan = watch.plan({rsa, ecdsa}, start + seconds(100000));
    CPPUNIT_ASSERT(!plan.is_ready && !plan.ready_at);
    CPPUNIT_ASSERT(plan.identities[0].missing_at.empty() && plan.identities[0].ready_at);
    CPPUNIT_ASSERT(plan.identities[1].missing_at.size() == 1 && !plan.identities[1].ready_at);
    watch.observe(start + seconds(40), {at("a", {new_rsa, new_ecdsa})});
    CPPUNIT_ASSERT_EQUAL(640L, ready(watch.plan({rsa, ecdsa}, start)));
    CPPUNIT_ASSERT_EQUAL(600L, ready(watch.plan({rsa}, start)));
  }

  void takes_one_record_of_the_issuer_for_all() {
    DaneWatch watch;
    watch.observe(start, {at("a", {by_issuer})});
    watch.observe(start + seconds(30), {at("a", {by_issuer, new_rsa})});
    CPPUNIT_ASSERT_EQUAL(600L, ready(watch.plan({rsa, ecdsa}, start)));
    CPPUNIT_ASSERT(watch.plan({rsa, ecdsa}, start).old_records.empty());
  }

  void counts_by_the_largest_ttl_ever_seen() {
    DaneWatch watch;
    watch.observe(start, {at("a", {old_one}, 86400)});
    watch.observe(start + seconds(10), {at("a", {old_one, new_rsa}, 60)});
    CPPUNIT_ASSERT_EQUAL(10L + 2L * 86400, ready(watch.plan({rsa}, start)));
    DaneWatch none;
    none.observe(start, {at("a", {new_rsa}, 0)});
    CPPUNIT_ASSERT(none.plan({rsa}, start).is_ready);
    DaneWatch empty;  // what a server says beside an empty set is the TTL of nothing
    empty.observe(start, {at("a", {}, 86400)});
    CPPUNIT_ASSERT_EQUAL(seconds::rep{0}, empty.plan({rsa}, start).ttl.count());
  }

  void begins_anew_when_a_record_was_gone() {
    DaneWatch watch;
    watch.observe(start, {at("a", {new_rsa})});
    watch.observe(start + seconds(100), {at("a", {})});
    CPPUNIT_ASSERT(!watch.plan({rsa}, start + seconds(100000)).is_ready);
    watch.observe(start + seconds(200), {at("a", {new_rsa})});
    CPPUNIT_ASSERT_EQUAL(800L, ready(watch.plan({rsa}, start)));
  }

  void is_not_ready_while_a_server_is_silent() {
    DaneWatch watch;
    watch.observe(start, {at("a", {new_rsa}), at("b", {new_rsa})});
    watch.observe(start + seconds(700), {at("a", {new_rsa}), silent("b")});
    auto plan = watch.plan({rsa}, start + seconds(700));
    CPPUNIT_ASSERT(!plan.is_ready && plan.silent_servers == std::vector<std::string>{"b"});
    CPPUNIT_ASSERT(plan.identities[0].missing_at.empty());
    watch.observe(start + seconds(710), {at("a", {new_rsa}), at("b", {new_rsa})});
    CPPUNIT_ASSERT(watch.plan({rsa}, start + seconds(710)).is_ready);
    DaneWatch mute;
    mute.observe(start, {at("a", {new_rsa}), silent("b")});
    plan = mute.plan({rsa}, start + seconds(100000));
    CPPUNIT_ASSERT(!plan.is_ready && !plan.ready_at);
  }

  void forgets_a_server_that_is_no_more() {
    DaneWatch watch;
    watch.observe(start, {at("a", {new_rsa}), at("b", {old_one})});
    watch.observe(start + seconds(600), {at("a", {new_rsa})});
    const auto plan = watch.plan({rsa}, start + seconds(600));
    CPPUNIT_ASSERT(plan.is_ready && plan.old_records.empty());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, watch.seen().size());
  }

  void says_how_long_old_records_must_stay() {
    DaneWatch watch;
    watch.observe(start, {at("a", {old_one, new_rsa}), at("b", {new_rsa, old_one})});
    auto plan = watch.plan({rsa}, start + seconds(10));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, plan.old_records.size());
    CPPUNIT_ASSERT(plan.old_records[0].record == old_one);
    CPPUNIT_ASSERT((plan.old_records[0].keep_until == start + seconds(1200)));
    plan = watch.plan({rsa}, start + seconds(5000));
    CPPUNIT_ASSERT((plan.old_records[0].keep_until == start + seconds(5600)));
  }

  void is_never_ready_about_nothing() {
    DaneWatch watch;
    CPPUNIT_ASSERT(!watch.plan({rsa}, start).is_ready && !watch.plan({rsa}, start).identities[0].ready_at);
    watch.observe(start, {});
    CPPUNIT_ASSERT(!watch.plan({rsa}, start).is_ready);
    watch.observe(start, {at("a", {new_rsa}, 0)});
    CPPUNIT_ASSERT(!watch.plan({}, start).is_ready);
    CPPUNIT_ASSERT(watch.plan({rsa}, start).is_ready);
    CPPUNIT_ASSERT(!watch.plan({{"empty", {}}}, start).is_ready);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DanePlanTest);

}  // namespace tlsward::cert
