#include "dns/answers.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace tlsward::dns {
namespace {

std::string tlsa(std::size_t number) {
  std::string out("\x03\x01\x01", 3);
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>(number >> static_cast<unsigned>(shift));
  return out;
}

RawAnswer secure(std::vector<std::string> rdata) {
  RawAnswer raw;
  raw.has_data = raw.is_secure = true;
  raw.ttl = std::chrono::seconds(300);
  raw.rdata = std::move(rdata);
  return raw;
}

std::string mx(const std::string& preference, const std::string& name) {
  return preference + name;
}

}  // namespace

class AnswersTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AnswersTest);
  CPPUNIT_TEST(tells_how_far_an_answer_goes);
  CPPUNIT_TEST(sorts_records_and_drops_doubles);
  CPPUNIT_TEST(counts_records_that_are_none);
  CPPUNIT_TEST(takes_no_answer_in_part);
  CPPUNIT_TEST(shows_nothing_of_a_bogus_answer);
  CPPUNIT_TEST(follows_the_alias);
  CPPUNIT_TEST(sorts_mail_hosts);
  CPPUNIT_TEST(refuses_what_is_no_mx_record);
  CPPUNIT_TEST(knows_a_domain_without_mail);
  CPPUNIT_TEST(reads_names_off_the_wire);
  CPPUNIT_TEST_SUITE_END();

 public:
  void tells_how_far_an_answer_goes() {
    struct Row {
      const char* label;
      bool has_data, is_secure, is_bogus;
      int rcode;
      Trust want;
    };
    for (const auto& [label, has_data, is_secure, is_bogus, rcode, want] :
         {Row{"secure", true, true, false, 0, Trust::secure},
          Row{"insecure", true, false, false, 0, Trust::insecure},
          Row{"bogus", true, false, true, 0, Trust::bogus},
          Row{"bogus and SERVFAIL", false, false, true, 2, Trust::bogus},
          Row{"no data", false, false, false, 0, Trust::absent},
          Row{"no name", false, true, false, 3, Trust::absent},
          Row{"SERVFAIL", false, false, false, 2, Trust::failed},
          Row{"REFUSED", false, false, false, 5, Trust::failed},
          Row{"data and SERVFAIL", true, true, false, 2, Trust::failed},
          Row{"code 23", false, false, false, 23, Trust::failed}}) {
      RawAnswer raw;
      raw.has_data = has_data;
      raw.is_secure = is_secure;
      raw.is_bogus = is_bogus;
      raw.rcode = rcode;
      if (has_data) raw.rdata = {tlsa(1)};
      const auto got = judge_tlsa(raw, "_25._tcp.a.example.");
      CPPUNIT_ASSERT_EQUAL_MESSAGE(label, std::string(trust_name(want)), std::string(trust_name(got.trust)));
      CPPUNIT_ASSERT_EQUAL_MESSAGE(label, want == Trust::failed || want == Trust::bogus, !got.text.empty());
      CPPUNIT_ASSERT_EQUAL_MESSAGE(label, want == Trust::absent && is_secure, got.is_proven_absent);
    }
    CPPUNIT_ASSERT(judge_tlsa(RawAnswer{}, "a.").trust == Trust::absent);
  }

  void sorts_records_and_drops_doubles() {
    const auto got = judge_tlsa(secure({tlsa(2), tlsa(1), tlsa(2)}), "_25._tcp.a.example.");
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, got.records.size());
    CPPUNIT_ASSERT(got.records[0] < got.records[1]);
    CPPUNIT_ASSERT_EQUAL(std::chrono::seconds::rep{300}, got.ttl.count());
    RawAnswer odd = secure({tlsa(1)});
    odd.ttl = std::chrono::seconds(-5);
    CPPUNIT_ASSERT_EQUAL(std::chrono::seconds::rep{0}, judge_tlsa(odd, "a.").ttl.count());
  }

  void counts_records_that_are_none() {
    const auto got = judge_tlsa(secure({"", "\x03", "\x03\x01\x01", tlsa(1)}), "_25._tcp.a.example.");
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, got.malformed);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, got.records.size());
    CPPUNIT_ASSERT(got.trust == Trust::secure);
  }

  void takes_no_answer_in_part() {
    std::vector<std::string> rdata;
    for (std::size_t i = 0; i < most_records; ++i) rdata.push_back(tlsa(i));
    CPPUNIT_ASSERT_EQUAL(most_records, judge_tlsa(secure(rdata), "a.").records.size());
    rdata.push_back(tlsa(most_records));
    CPPUNIT_ASSERT(judge_tlsa(secure(rdata), "a.").trust == Trust::failed);
    rdata.resize(10000, tlsa(7));
    const auto got = judge_tlsa(secure(rdata), "a.");
    CPPUNIT_ASSERT(got.trust == Trust::failed && got.records.empty());
    CPPUNIT_ASSERT_EQUAL(std::string("10000 records in one answer: more than 1000 are not read"), got.text);
    CPPUNIT_ASSERT(judge_mx(secure(rdata)).trust == Trust::failed);
  }

  void shows_nothing_of_a_bogus_answer() {
    RawAnswer raw = secure({tlsa(1)});
    raw.is_bogus = true;
    raw.why = "signature \x1B[2J broken";
    const auto got = judge_tlsa(raw, "a.");
    CPPUNIT_ASSERT(got.records.empty() && got.ttl.count() == 0);
    CPPUNIT_ASSERT_EQUAL(std::string("signature \\x1B[2J broken"), got.text);
    CPPUNIT_ASSERT(judge_mx(raw).hosts.empty());
  }

  void follows_the_alias() {
    RawAnswer raw = secure({tlsa(1)});
    CPPUNIT_ASSERT_EQUAL(std::string("_25._tcp.a.example."), judge_tlsa(raw, "_25._tcp.A.example.").owner);
    raw.canonical = "_25._tcp.B.example.";
    CPPUNIT_ASSERT_EQUAL(std::string("_25._tcp.b.example."), judge_tlsa(raw, "_25._tcp.a.example.").owner);
  }

  void sorts_mail_hosts() {
    const std::string ten("\0\x0A", 2);
    const std::string many("\x01\0", 2);
    const auto got =
        judge_mx(secure({mx(many, std::string("\1c\0", 3)), mx(ten, std::string("\1B\7Example\0", 11)),
                         mx(ten, std::string("\1a\0", 3)), mx(ten, std::string("\1a\0", 3))}));
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, got.hosts.size());
    CPPUNIT_ASSERT(got.hosts[0] == (MxHost{10, "a"}) && got.hosts[1] == (MxHost{10, "b.example"}));
    CPPUNIT_ASSERT(got.hosts[2] == (MxHost{256, "c"}) && !got.null_mx);
  }

  void refuses_what_is_no_mx_record() {
    const std::string good = std::string("\0\1\1a\0", 5);
    for (const std::string& bad :
         {std::string(), std::string("\0", 1), std::string("\0\1", 2), std::string("\0\1\1a", 4)}) {
      const auto got = judge_mx(secure({good, bad}));
      CPPUNIT_ASSERT(got.trust == Trust::failed && got.hosts.empty());
      CPPUNIT_ASSERT_EQUAL(std::to_string(bad.size()), got.text.substr(12, 1));
    }
  }

  void knows_a_domain_without_mail() {
    const std::string null_mx(3, '\0');
    CPPUNIT_ASSERT(judge_mx(secure({null_mx})).null_mx);
    const auto both = judge_mx(secure({null_mx, std::string("\0\1\1a\0", 5)}));
    CPPUNIT_ASSERT(!both.null_mx && both.hosts.size() == 1);
  }

  void reads_names_off_the_wire() {
    CPPUNIT_ASSERT_EQUAL(std::string("mail.example"),
                         *name_from_wire(std::string("\4MAIL\7example\0junk", 18)));
    CPPUNIT_ASSERT_EQUAL(std::string(), *name_from_wire(std::string(1, '\0')));
    CPPUNIT_ASSERT_EQUAL(std::string("a\\.b\\000").size() + 5,
                         name_from_wire(std::string("\4a.\x1B\0\0", 6))->size());
    CPPUNIT_ASSERT_EQUAL(std::string("\\046\\092\\027\\255"),
                         *name_from_wire(std::string("\4.\\\x1B\xFF\0", 6)));
    std::string longest;
    for (int i = 0; i < 3; ++i) longest += '\x3F' + std::string(63, 'a');
    longest += '\x3D' + std::string(61, 'a');
    CPPUNIT_ASSERT_EQUAL(std::size_t{253}, name_from_wire(longest + '\0')->size());
    for (const std::string& bad : {std::string(), std::string("\1", 1), std::string("\1a", 2),
                                   std::string("\x40", 1) + std::string(64, 'a') + '\0',
                                   std::string("\xC0\x0C", 2), longest + std::string("\1a\0", 3), longest})
      CPPUNIT_ASSERT(!name_from_wire(bad));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AnswersTest);

}  // namespace tlsward::dns
