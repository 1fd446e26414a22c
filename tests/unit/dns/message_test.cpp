#include "dns/message.h"

#include <cppunit/extensions/HelperMacros.h>

#include <random>
#include <string>

#include "dns/answers.h"

namespace tlsward::dns {
namespace {

constexpr const char* owner = "_25._tcp.a.example.";

std::string bytes16(unsigned value) {
  return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xFFU)};
}

/// A record at the name of the question.
std::string record(const std::string& rdata, unsigned type = 52,
                   const std::string& ttl = std::string("\0\0\x0E\x10", 4)) {
  return "\xC0\x0C" + bytes16(type) + bytes16(1) + ttl + bytes16(static_cast<unsigned>(rdata.size())) + rdata;
}

/// An answer with authority to the question of `owner` with id 7.
std::string message(const std::vector<std::string>& records, unsigned flags = 0x8400) {
  const std::string question = tlsa_question(owner, 7)->substr(12);
  std::string out = bytes16(7) + bytes16(flags) + bytes16(1) +
                    bytes16(static_cast<unsigned>(records.size())) + bytes16(0) + bytes16(0);
  out += question.substr(0, question.size() - 11);
  for (const std::string& one : records) out += one;
  return out;
}

std::string state_of(const std::string& text) {
  return std::string(state_name(read_tlsa_answer(text, owner).state));
}

}  // namespace

class MessageTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(MessageTest);
  CPPUNIT_TEST(asks_for_one_name);
  CPPUNIT_TEST(knows_its_answer);
  CPPUNIT_TEST(reads_an_answer);
  CPPUNIT_TEST(wants_authority_and_a_good_code);
  CPPUNIT_TEST(takes_the_largest_ttl);
  CPPUNIT_TEST(bounds_the_records);
  CPPUNIT_TEST(survives_every_flipped_bit_and_every_cut);
  CPPUNIT_TEST_SUITE_END();

 public:
  void asks_for_one_name() {
    const auto question = tlsa_question("_25._tcp.A.example.", 0x1234);
    CPPUNIT_ASSERT_EQUAL(
        std::string(
            "\x12\x34\0\0\0\1\0\0\0\0\0\1\3_25\4_tcp\1a\7example\0\0\x34\0\1\0\0\x29\x04\xD0\0\0\0\0\0\0",
            47),
        *question);
    CPPUNIT_ASSERT(!tlsa_question("a..b", 1));
    CPPUNIT_ASSERT(!tlsa_question("", 1));
    CPPUNIT_ASSERT(!tlsa_question(std::string(64, 'a') + ".example", 1));
  }

  void knows_its_answer() {
    const std::string question = *tlsa_question(owner, 7);
    const std::string good = message({});
    CPPUNIT_ASSERT(answers_question(good, question));
    std::string other_case = good;
    other_case[22] = 'A';
    CPPUNIT_ASSERT(answers_question(other_case, question));
    CPPUNIT_ASSERT(answers_question(bytes16(7) + bytes16(0x8401) + std::string(8, '\0'), question));
    for (const std::string& bad :
         {std::string(), good.substr(0, 11), good.substr(0, 20), question, bytes16(8) + good.substr(2),
          bytes16(7) + bytes16(0x8400) + std::string(8, '\0')})
      CPPUNIT_ASSERT(!answers_question(bad, question));
    for (std::size_t at = 12; at < good.size(); ++at) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] + 1);
      CPPUNIT_ASSERT_MESSAGE(std::to_string(at), !answers_question(bad, question));
    }
    CPPUNIT_ASSERT(!is_cut(good));
    CPPUNIT_ASSERT(is_cut(message({}, 0x8600)));
    CPPUNIT_ASSERT(!is_cut("\xFF\xFF\xFF"));
  }

  void reads_an_answer() {
    const std::string sha(32, 'x');
    const auto got = read_tlsa_answer(
        message({record("\3\1\1" + sha), record("\2\1\1" + sha), record("\3\1\1" + sha), record("\3")}),
        owner);
    CPPUNIT_ASSERT_EQUAL(std::string("present"), std::string(state_name(got.state)));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, got.records.size());
    CPPUNIT_ASSERT(got.records[0] == (base::TlsaRecord{2, 1, 1, sha}));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, got.malformed);
    CPPUNIT_ASSERT_EQUAL(std::chrono::seconds::rep{3600}, got.ttl.count());
    CPPUNIT_ASSERT_EQUAL(std::string("absent"), state_of(message({})));
    CPPUNIT_ASSERT_EQUAL(std::string("absent"), state_of(message({record("\3\1\1" + sha, 16)})));
    // Two aliases in the other order than they are followed, then the set.
    const std::string b("\1b\0", 3);
    const std::string c("\1c\0", 3);
    const std::string at_b = b + record(c, 5).substr(2);
    const std::string at_c = c + record("\3\1\1" + sha).substr(2);
    CPPUNIT_ASSERT_EQUAL(std::string("present"), state_of(message({at_c, at_b, record(b, 5)})));
    CPPUNIT_ASSERT_EQUAL(std::string("absent"), state_of(message({at_c, at_b})));
  }

  void wants_authority_and_a_good_code() {
    const std::string one = record("\3\1\1" + std::string(32, 'x'));
    struct Row {
      unsigned flags;
      const char* want;
      const char* part;
    };
    for (const auto& [flags, want, part] :
         {Row{0x8400, "present", ""}, Row{0x8403, "present", ""}, Row{0x8000, "failed", "authority"},
          Row{0x8080, "failed", "authority"}, Row{0x8402, "failed", "SERVFAIL"},
          Row{0x8405, "failed", "REFUSED"}, Row{0x840F, "failed", "15"}}) {
      const auto got = read_tlsa_answer(message({one}, flags), owner);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(flags), std::string(want),
                                   std::string(state_name(got.state)));
      CPPUNIT_ASSERT_MESSAGE(got.text, got.text.find(part) != std::string::npos);
    }
  }

  void takes_the_largest_ttl() {
    const std::string sha(32, 'x');
    const std::string day("\0\1\x51\x80", 4);
    const auto got =
        read_tlsa_answer(message({record("\3\1\1" + sha), record("\2\1\1" + sha, 52, day)}), owner);
    CPPUNIT_ASSERT_EQUAL(std::chrono::seconds::rep{86400}, got.ttl.count());
    const auto odd = read_tlsa_answer(message({record("\3\1\1" + sha, 52, std::string(4, '\xFF'))}), owner);
    CPPUNIT_ASSERT_EQUAL(std::chrono::seconds::rep{0}, odd.ttl.count());
  }

  void bounds_the_records() {
    std::vector<std::string> records;
    for (unsigned i = 0; i < most_records; ++i) records.push_back(record("\3\1\1" + bytes16(i)));
    CPPUNIT_ASSERT_EQUAL(most_records, read_tlsa_answer(message(records), owner).records.size());
    records.push_back(record("\3\1\1" + bytes16(1U + static_cast<unsigned>(most_records))));
    CPPUNIT_ASSERT_EQUAL(std::string("more than 1000 records in one answer"),
                         read_tlsa_answer(message(records), owner).text);
    CPPUNIT_ASSERT_EQUAL(std::string("failed"), state_of(message({}) + std::string(70000, 'x')));
  }

  void survives_every_flipped_bit_and_every_cut() {
    const std::string good =
        message({record(std::string("\1b\0", 3), 5),
                 std::string("\1b\0", 3) + record("\3\1\1" + std::string(32, 'x')).substr(2)});
    CPPUNIT_ASSERT_EQUAL(std::string("present"), state_of(good));
    const std::string question = *tlsa_question(owner, 7);
    std::size_t present = 0;
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
      std::string bad = good;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
      answers_question(bad, question);
      if (state_of(bad) == "present") ++present;
    }
    // The bits of TTL, data, id and harmless flags may change; those of names, types and lengths may not.
    CPPUNIT_ASSERT(present > 280 && present < 640);
    for (std::size_t length = 0; length < good.size(); ++length) {
      answers_question(good.substr(0, length), question);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(length), std::string("failed"),
                                   state_of(good.substr(0, length)));
    }
    std::mt19937 random(25);
    for (int round = 0; round < 2000; ++round) {
      std::string noise = good.substr(0, 12);
      while (noise.size() < 200) noise += static_cast<char>(random());
      CPPUNIT_ASSERT(read_tlsa_answer(noise, owner).records.size() < 20);
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessageTest);

}  // namespace tlsward::dns
