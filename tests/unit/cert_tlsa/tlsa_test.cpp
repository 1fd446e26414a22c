#include "cert/tlsa.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace tlsward::cert {
namespace {

const CertificateBytes leaf{"abc", "leaf key"};
const CertificateBytes issuer{"issuer", "issuer key"};
const CertificateBytes root{"root", "root key"};
const ChainBytes chain{leaf, issuer, root};

base::TlsaRecord made(std::uint8_t usage, std::uint8_t selector, std::uint8_t matching,
                      const CertificateBytes& of) {
  return *tlsa_record(usage, selector, matching, of);
}

std::string name_of(DaneVerdict verdict) {
  return verdict == DaneVerdict::match ? "match" : verdict == DaneVerdict::mismatch ? "mismatch" : "not DANE";
}

}  // namespace

class TlsaTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TlsaTest);
  CPPUNIT_TEST(hashes_as_the_standards_examples);
  CPPUNIT_TEST(refuses_kinds_that_there_are_not);
  CPPUNIT_TEST(writes_a_line_of_a_zone_file);
  CPPUNIT_TEST(matches_the_leaf_by_usage_3_and_what_is_above_by_usage_2);
  CPPUNIT_TEST(lets_one_flipped_bit_match_nothing);
  CPPUNIT_TEST(judges_a_set_by_what_mail_can_use);
  CPPUNIT_TEST(names_the_issuers_that_must_be_sent);
  CPPUNIT_TEST(publishes_the_leaf_and_its_issuer);
  CPPUNIT_TEST_SUITE_END();

 public:
  void hashes_as_the_standards_examples() {
    // FIPS 180-4, the message "abc".
    CPPUNIT_ASSERT_EQUAL(
        std::string("3 0 1 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        base::to_string(made(3, 0, 1, leaf)));
    CPPUNIT_ASSERT_EQUAL(std::string("3 0 2 ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                                     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
                         base::to_string(made(3, 0, 2, leaf)));
    CPPUNIT_ASSERT_EQUAL(std::string("2 0 0 616263"), base::to_string(made(2, 0, 0, leaf)));
    CPPUNIT_ASSERT_EQUAL(std::string("3 1 0 6c656166206b6579"), base::to_string(made(3, 1, 0, leaf)));
    CPPUNIT_ASSERT(made(3, 1, 1, leaf).data == made(3, 0, 1, {"leaf key", ""}).data);
  }

  void refuses_kinds_that_there_are_not() {
    for (const auto& got :
         {tlsa_record(3, 2, 1, leaf), tlsa_record(3, 0, 3, leaf), tlsa_record(3, 255, 255, leaf)})
      CPPUNIT_ASSERT(!got && got.error().code == base::Errc::range);
    CPPUNIT_ASSERT(tlsa_record(255, 1, 2, leaf));
  }

  void writes_a_line_of_a_zone_file() {
    using std::chrono::seconds;
    const base::TlsaRecord record{3, 1, 1, "\x01\xAB"};
    CPPUNIT_ASSERT_EQUAL(std::string("_25._tcp.mail.example.org. 3600 IN TLSA 3 1 1 01ab"),
                         *render_record("Mail.Example.org", 25, seconds(3600), record));
    CPPUNIT_ASSERT_EQUAL(std::string("_465._tcp.a. 0 IN TLSA 3 1 1 01ab"),
                         *render_record("a.", 465, seconds(0), record));
    CPPUNIT_ASSERT(render_record("a", 25, seconds(0x7FFFFFFF), record));
    CPPUNIT_ASSERT(!render_record("a", 25, seconds(0x80000000LL), record));
    CPPUNIT_ASSERT(!render_record("a", 25, seconds(-1), record));
    CPPUNIT_ASSERT(!render_record("a\n@ IN A 192.0.2.1", 25, seconds(1), record));
    CPPUNIT_ASSERT(!render_record("192.0.2.1", 25, seconds(1), record));
    CPPUNIT_ASSERT(!render_record("a", 0, seconds(1), record));
  }

  void matches_the_leaf_by_usage_3_and_what_is_above_by_usage_2() {
    for (std::uint8_t selector = 0; selector < 2; ++selector) {
      for (std::uint8_t matching = 0; matching < 3; ++matching) {
        const std::string label = std::to_string(selector) + " " + std::to_string(matching);
        CPPUNIT_ASSERT_MESSAGE(label, matches(made(3, selector, matching, leaf), chain));
        CPPUNIT_ASSERT_MESSAGE(label, matches(made(2, selector, matching, issuer), chain));
        CPPUNIT_ASSERT_MESSAGE(label, matches(made(2, selector, matching, root), chain));
        CPPUNIT_ASSERT_MESSAGE(label, !matches(made(3, selector, matching, issuer), chain));
        CPPUNIT_ASSERT_MESSAGE(label, !matches(made(2, selector, matching, leaf), chain));
        CPPUNIT_ASSERT_MESSAGE(label, !matches(made(2, selector, matching, issuer), {leaf}));
        for (const std::uint8_t usage : std::initializer_list<std::uint8_t>{0, 1, 4, 255})
          CPPUNIT_ASSERT_MESSAGE(label, !matches(made(usage, selector, matching, leaf), chain) &&
                                            !matches(made(usage, selector, matching, issuer), chain));
        CPPUNIT_ASSERT_MESSAGE(label, !matches(made(3, selector, matching, leaf), {}));
      }
    }
    CPPUNIT_ASSERT(!matches({3, 0, 0, ""}, {{"", ""}}));
    CPPUNIT_ASSERT(!matches(made(3, 1, 1, {"", ""}), {{"", ""}}));
  }

  void lets_one_flipped_bit_match_nothing() {
    const base::TlsaRecord good = made(3, 1, 1, leaf);
    for (std::size_t bit = 0; bit < 8 * good.data.size(); ++bit) {
      base::TlsaRecord bad = good;
      bad.data[bit / 8] = static_cast<char>(bad.data[bit / 8] ^ (1 << (bit % 8)));
      CPPUNIT_ASSERT(!matches(bad, chain));
    }
    for (const std::string& data :
         {good.data.substr(1), good.data.substr(0, 31), good.data + '\0', std::string()})
      CPPUNIT_ASSERT(!matches({3, 1, 1, data}, chain));
    CPPUNIT_ASSERT(!matches({3, 0, 1, good.data}, chain));
    CPPUNIT_ASSERT(!matches({3, 1, 2, good.data}, chain));
  }

  void judges_a_set_by_what_mail_can_use() {
    const auto good = made(3, 1, 1, leaf);
    const auto foreign = made(3, 1, 1, root);
    const base::TlsaRecord pkix = made(1, 1, 1, leaf);
    const base::TlsaRecord cut{3, 1, 1, "short"};
    struct Row {
      const char* label;
      std::vector<base::TlsaRecord> set;
      const char* want;
    };
    for (const auto& [label, set, want] :
         {Row{"none", {}, "not DANE"}, Row{"PKIX only", {pkix}, "not DANE"},
          Row{"malformed only", {cut}, "not DANE"}, Row{"the leaf", {good}, "match"},
          Row{"the leaf among others", {foreign, pkix, good}, "match"},
          Row{"another key", {foreign}, "mismatch"},
          Row{"another key, and ours for PKIX", {pkix, foreign}, "mismatch"},
          Row{"the issuer", {made(2, 0, 1, issuer)}, "match"},
          Row{"the leaf as an issuer", {made(2, 0, 1, leaf)}, "mismatch"}})
      CPPUNIT_ASSERT_EQUAL_MESSAGE(label, std::string(want), name_of(judge_set(set, chain)));
  }

  void names_the_issuers_that_must_be_sent() {
    CPPUNIT_ASSERT(designated_issuers({made(3, 1, 1, leaf)}, chain).empty());
    CPPUNIT_ASSERT(designated_issuers({made(2, 0, 1, root), made(2, 1, 1, leaf)}, chain) ==
                   std::vector<std::size_t>{2});
    CPPUNIT_ASSERT(designated_issuers({made(2, 0, 1, root), made(2, 1, 2, issuer)}, chain) ==
                   (std::vector<std::size_t>{1, 2}));
    CPPUNIT_ASSERT(designated_issuers({made(2, 0, 1, root)}, {}).empty());
  }

  void publishes_the_leaf_and_its_issuer() {
    const auto both = records_to_publish(chain);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, both.size());
    CPPUNIT_ASSERT(both[0] == made(3, 1, 1, leaf) && both[1] == made(2, 1, 1, issuer));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, records_to_publish({leaf}).size());
    CPPUNIT_ASSERT(records_to_publish({}).empty());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsaTest);

}  // namespace tlsward::cert
