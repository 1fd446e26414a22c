#include "policy/sender.h"

#include <cppunit/extensions/HelperMacros.h>

namespace tlsward::policy {
namespace {

Rule rule_in_line(std::uint32_t line, bool report = false) {
  Terms terms;
  terms.mode = Mode::required;
  terms.report = report;
  return Rule{std::make_shared<const Terms>(terms), std::make_shared<const std::string>("access"), line,
              Subject::sender, 0};
}

std::string lines_for(const SenderRules& rules, const char* domain) {
  std::vector<const Rule*> found;
  rules.collect(domain, found);
  std::string out;
  for (const Rule* rule : found) out += (out.empty() ? "" : " ") + std::to_string(rule->line);
  return out;
}

}  // namespace

class SenderTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SenderTest);
  CPPUNIT_TEST(reads_the_domain_of_mail_from);
  CPPUNIT_TEST(normalises_domains);
  CPPUNIT_TEST(takes_the_longest_name);
  CPPUNIT_TEST_SUITE_END();

 public:
  void reads_the_domain_of_mail_from() {
    struct Row {
      const char* from;
      const char* want;
    };
    for (const Row& row :
         {Row{"<a@Partner.Example>", "partner.example"}, Row{"a@partner.example", "partner.example"},
          Row{"<a@partner.example.>", "partner.example"}, Row{"<>", ""}, Row{"", ""}, Row{"<postmaster>", ""},
          Row{"<a@[192.0.2.1]>", ""}, Row{"<a@[IPv6:2001:db8::1]>", ""},
          Row{"<@relay.example,@b.example:a@partner.example>", "partner.example"},
          Row{"<\"a@other.example\"@partner.example>", "partner.example"},
          Row{"<\"a\\\"@other.example\"@partner.example>", "partner.example"},
          Row{"<a@b@partner.example>", "partner.example"},
          Row{"<a@m\xC3\xBCnchen.example>", "xn--mnchen-3ya.example"}, Row{"<a@>", ""},
          Row{"<\"a@partner.example>", ""}, Row{"<a@b c>", "b c"}}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.from, std::string(row.want), sender_domain(row.from));
    }
  }

  void normalises_domains() {
    CPPUNIT_ASSERT_EQUAL(std::string("xn--mnchen-3ya.example"), *normal_domain("M\xC3\xBCnchen.example."));
    CPPUNIT_ASSERT_EQUAL(std::string("xn--mnchen-3ya.example"), *normal_domain("XN--MNCHEN-3YA.example"));
    CPPUNIT_ASSERT_EQUAL(std::string("a_b.example"), *normal_domain("a_b.example"));
    for (const char* text : {"", ".", "a..b", ".a", "a b", "a@b", "*.example", "\xFF.example"})
      CPPUNIT_ASSERT_MESSAGE(text, !normal_domain(text));
    CPPUNIT_ASSERT(!normal_domain(std::string(64, 'a') + ".example"));
    CPPUNIT_ASSERT(!normal_domain(std::string_view("a\0b", 3)));
  }

  void takes_the_longest_name() {
    SenderRules rules;
    rules.add("partner.example", false, rule_in_line(1));
    rules.add("partner.example", true, rule_in_line(2));
    rules.add("de.partner.example", true, rule_in_line(3, true));
    rules.add("mx.de.partner.example", false, rule_in_line(4, true));
    CPPUNIT_ASSERT_EQUAL(std::string("1"), lines_for(rules, "partner.example"));
    CPPUNIT_ASSERT_EQUAL(std::string("2"), lines_for(rules, "mx.partner.example"));
    CPPUNIT_ASSERT_EQUAL(std::string("2"), lines_for(rules, "de.partner.example"));
    CPPUNIT_ASSERT_EQUAL(std::string("4 3 2"), lines_for(rules, "mx.de.partner.example"));
    CPPUNIT_ASSERT_EQUAL(std::string(), lines_for(rules, "notpartner.example"));
    CPPUNIT_ASSERT_EQUAL(std::string(), lines_for(rules, "example"));
    CPPUNIT_ASSERT_EQUAL(std::string(), lines_for(rules, ""));
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{1},
                         rules.add("partner.example", false, rule_in_line(9)).existing->line);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SenderTest);

}  // namespace tlsward::policy
