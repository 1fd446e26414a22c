#include "conf/config_file.h"

#include <cppunit/extensions/HelperMacros.h>

namespace tlsward::conf {
namespace {

struct Parsed {
  Config config;
  base::Findings findings;
};

Parsed parse(std::string_view text) {
  Parsed out;
  parse_config(text, "t.conf", out.config, out.findings);
  return out;
}

std::string told(const base::Finding& f) {
  return f.file + ":" + std::to_string(f.line) + ":" + std::to_string(f.column) + ": " + f.check + ": " +
         f.text;
}

}  // namespace

class ConfigFileTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ConfigFileTest);
  CPPUNIT_TEST(reads_keys_comments_and_blanks);
  CPPUNIT_TEST(keeps_a_hash_inside_of_a_word);
  CPPUNIT_TEST(takes_crlf_and_a_byte_order_mark);
  CPPUNIT_TEST(tells_place_and_remedy_of_every_fault);
  CPPUNIT_TEST(names_both_lines_of_a_doubled_key);
  CPPUNIT_TEST(points_at_the_value_in_a_long_line);
  CPPUNIT_TEST(stops_telling_at_some_point);
  CPPUNIT_TEST(judges_the_command_line_alike);
  CPPUNIT_TEST_SUITE_END();

 public:
  void reads_keys_comments_and_blanks() {
    const Parsed got = parse("# all\n\n  enforce=yes\t# now\nuser =  mail filter  \n\t\naccess\t=\t/a=b\n");
    CPPUNIT_ASSERT(got.findings.empty());
    CPPUNIT_ASSERT(got.config.enforce);
    CPPUNIT_ASSERT_EQUAL(std::string("mail filter"), got.config.user);
    CPPUNIT_ASSERT_EQUAL(std::string("/a=b"), got.config.access);
  }

  void keeps_a_hash_inside_of_a_word() {
    CPPUNIT_ASSERT_EQUAL(std::string("https://a/b#c"),
                         parse("help-url = https://a/b#c #d\n").config.help_url);
  }

  void takes_crlf_and_a_byte_order_mark() {
    const Parsed got = parse(
        "\xEF\xBB\xBF"
        "enforce = yes\r\nuser = u\r\n");
    CPPUNIT_ASSERT(got.findings.empty() && got.config.enforce && got.config.user == "u");
  }

  void tells_place_and_remedy_of_every_fault() {
    struct Row {
      std::string text;
      std::string want;
    };
    using namespace std::string_literals;
    const Row rows[] = {
        {"enforced = yes", "t.conf:1:1: unknown-key: there is no key \"enforced\""},
        {"\n  enforce = maybe # x", "t.conf:2:13: bad-value: enforce: \"maybe\" is no answer here"},
        {"socket =", "t.conf:1:1: missing-value: socket has no value"},
        {"user = \"mail\"", "t.conf:1:8: bad-value: the value of user is quoted"},
        {"[main]", "t.conf:1:1: bad-line: a line in brackets"},
        {"enforce yes", "t.conf:1:1: bad-line: the line has no \"=\""},
        {" = yes", "t.conf:1:2: bad-line: there is no key before the \"=\""},
        {"user = a\0b"s, "t.conf:1:9: nul-byte: the line holds a NUL byte"},
        {"user = a\x01", "t.conf:1:9: control-character: the line holds a control character"},
        {"user = \xFF", "t.conf:1:8: not-utf8: the line is not UTF-8 text"},
        {"user = " + std::string(5000, 'x'),
         "t.conf:1:4097: line-too-long: the line has 5007 bytes, at most 4096 are read"},
        {"ledger = /var/lib/l.db", "t.conf:1:1: key-without-effect: ledger has no effect in this version"},
    };
    for (const auto& [text, want] : rows) {
      const Parsed got = parse(text);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(want, std::size_t{1}, got.findings.size());
      CPPUNIT_ASSERT_EQUAL(want, told(got.findings[0]));
      CPPUNIT_ASSERT_MESSAGE(want, !got.findings[0].hint.empty() && !got.findings[0].excerpt.empty() &&
                                       got.findings[0].caret != 0);
      CPPUNIT_ASSERT_EQUAL(want.find("without-effect") == std::string::npos,
                           base::has_at_least(got.findings, base::Severity::error));
    }
    CPPUNIT_ASSERT_EQUAL(std::string("did you mean enforce?"), parse("enforced = yes").findings[0].hint);
  }

  void names_both_lines_of_a_doubled_key() {
    const Parsed got = parse("enforce = no\nuser = u\nenforce = yes\n");
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, got.findings.size());
    CPPUNIT_ASSERT_EQUAL(std::string("t.conf:3:1: doubled-key: enforce stands on line 1 already"),
                         told(got.findings[0]));
    CPPUNIT_ASSERT(!got.config.enforce);
  }

  void points_at_the_value_in_a_long_line() {
    const Parsed got = parse("mta" + std::string(300, ' ') + "= \xC3\xA4\xC3\xB6" + std::string(200, 'x'));
    CPPUNIT_ASSERT_EQUAL(306U, got.findings[0].column);
    const auto& f = got.findings[0];
    CPPUNIT_ASSERT(f.excerpt.starts_with("...") && f.excerpt.ends_with("..."));
    CPPUNIT_ASSERT_EQUAL(std::string("\xC3\xA4"), f.excerpt.substr(f.caret - 1, 2));
  }

  void stops_telling_at_some_point() {
    std::string nonsense;
    for (int i = 0; i < 100000; ++i) nonsense += "nonsense\n";
    const Parsed got = parse(nonsense);
    CPPUNIT_ASSERT_EQUAL(max_findings + 1, got.findings.size());
    CPPUNIT_ASSERT_EQUAL(std::string("more-findings"), got.findings.back().check);
  }

  void judges_the_command_line_alike() {
    Config config;
    base::Findings findings;
    apply_setting({"enforce", "yes"}, config, findings);
    CPPUNIT_ASSERT(findings.empty() && config.enforce);
    for (const Setting& bad :
         {Setting{"enforce", "x"}, Setting{"nothing", "x"}, Setting{"user", ""}, Setting{"user", "a\nb"}})
      apply_setting(bad, config, findings);
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, findings.size());
    for (const base::Finding& f : findings) CPPUNIT_ASSERT(f.file == "command line" && f.line == 0);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigFileTest);

}  // namespace tlsward::conf
