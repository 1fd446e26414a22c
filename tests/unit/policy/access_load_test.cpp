#include "policy/access_load.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fmt/format.h>

#include "base/digest.h"
#include "memory_source.h"
#include "policy/access_list.h"

namespace tlsward::policy {
namespace {

LoadOptions on_day(const char* date = "2026-11-22T12:00:00Z") {
  LoadOptions options;
  options.now = *base::parse_date(date);
  return options;
}

/// The first name is the list's own file.
LoadedList load(const std::map<std::string, std::string>& files, const LoadOptions& options = on_day()) {
  return load_access_list(MemorySource(files), files.begin()->first, options);
}

LoadedList load(const std::string& text, const LoadOptions& options = on_day()) {
  return load_access_list(MemorySource({{"access", text}}), "access", options);
}

/// "access:7:1 error mask-hole" a line.
std::string told(const LoadedList& loaded) {
  std::string out;
  for (const base::Finding& f : loaded.findings) {
    out += fmt::format("{}{}:{}:{} {} {}", out.empty() ? "" : "\n", f.file, f.line, f.column,
                       base::severity_name(f.severity), f.check);
  }
  return out;
}

void tells(const std::string& want, const std::string& text) {
  CPPUNIT_ASSERT_EQUAL_MESSAGE(text, want, told(load(text)));
}

/// For texts of one line, the finding is an error there.
void refuses(const char* check, unsigned column, const std::string& line) {
  const LoadedList loaded = load(line + "\n");
  CPPUNIT_ASSERT_EQUAL_MESSAGE(line, fmt::format("access:1:{} error {}", column, check), told(loaded));
  CPPUNIT_ASSERT_MESSAGE(line, loaded.list == nullptr);
  CPPUNIT_ASSERT_MESSAGE(line,
                         !loaded.findings.front().text.empty() && !loaded.findings.front().hint.empty());
}

}  // namespace

class AccessLoadTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AccessLoadTest);
  CPPUNIT_TEST(reads_the_list_of_the_manual);
  CPPUNIT_TEST(takes_crlf_and_a_byte_order_mark);
  CPPUNIT_TEST(takes_comments_where_they_begin);
  CPPUNIT_TEST(refuses_bad_subjects);
  CPPUNIT_TEST(refuses_bad_terms);
  CPPUNIT_TEST(tells_all_findings_in_order_with_line_and_caret);
  CPPUNIT_TEST(warns_and_informs);
  CPPUNIT_TEST(guards_the_default);
  CPPUNIT_TEST(wants_a_rule);
  CPPUNIT_TEST(tells_of_the_same_network_twice);
  CPPUNIT_TEST(includes_files);
  CPPUNIT_TEST(refuses_bad_includes);
  CPPUNIT_TEST(refuses_what_is_no_text);
  CPPUNIT_TEST(bounds_what_it_tells);
  CPPUNIT_TEST(names_files_folders_and_digest);
  CPPUNIT_TEST(says_why_there_is_no_list);
  CPPUNIT_TEST_SUITE_END();

 public:
  void reads_the_list_of_the_manual() {
    const LoadedList loaded = load(R"(# network                    mode       conditions
192.168.1.1                  required
192.168.2.0:255.255.255.0    required                 # colon and netmask, as appliances write it
192.168.3.1:255.255.255.128  required                 # bits behind the mask
192.168.5.32/255.255.255.192 available
10.0.0.10-10.0.0.19          none       until=2027-06-30 owner="printers, ticket 812"
203.0.113.0/24               required   min-protocol=TLSv1.3 min-bits=256
2001:db8:25::/48             required   verified subject="mx.partner.example" reply-with=tempfail
198.51.100.0/24              required   from=2027-01-01
192.0.2.66                   deny
192.0.2.80                   exempt                   # a relay of ours
listener:behind-proxy        exempt
sender:partner.example       required   min-protocol=TLSv1.2
default                      available
)");
    CPPUNIT_ASSERT_EQUAL(
        std::string("access:4:1 warning host-bits\naccess:5:1 warning host-bits\naccess:5:1 info redundant"),
        told(loaded));
    CPPUNIT_ASSERT_EQUAL(
        std::string("\"192.168.3.1:255.255.255.128\" has bits set behind its mask: taken as 192.168.3.0/25"),
        loaded.findings[0].text);
    CPPUNIT_ASSERT(loaded.list != nullptr);
    CPPUNIT_ASSERT_EQUAL(std::size_t{13}, loaded.rules);
    CPPUNIT_ASSERT_EQUAL(std::size_t{13}, loaded.list->rule_count());
  }

  void takes_crlf_and_a_byte_order_mark() {
    const LoadedList loaded = load(
        "\xEF\xBB\xBF"
        "192.0.2.1 required\r\n\r\n  # nothing\r\n\t192.0.2.2\tdeny  \r\n192.0.2.3 exempt");
    CPPUNIT_ASSERT_EQUAL(std::string(), told(loaded));
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, loaded.list->rule_count());
  }

  void takes_comments_where_they_begin() {
    tells("", "192.0.2.1 required note=\"a # b\" # c\n");
    tells("", "192.0.2.1 required note=a#b#\n#x\n # y\n");
    tells("access:1:29 error bad-value", "192.0.2.1 required min-bits=#1\n");
    tells("access:1:10 error junk", "192.0.2.1#x deny\n");
  }

  void refuses_bad_subjects() {
    refuses("bad-address", 1, "mail.example.org required");
    refuses("bad-address", 1, "Default available");
    refuses("mask-hole", 11, "192.0.2.0:255.0.255.0 required");
    refuses("leading-zero", 3, "  010.0.0.1 deny");
    refuses("zone", 8, "fe80::1%eth0 deny");
    refuses("bad-length", 11, "192.0.2.0/33 deny");
    refuses("range-order", 11, "192.0.2.9-192.0.2.1 deny");
    refuses("mixed-families", 11, "192.0.2.9-::1 deny");
    refuses("junk", 10, "192.0.2.1, deny");
    refuses("bad-domain", 1, "sender: required");
    refuses("bad-domain", 1, "sender:a..b required");
    refuses("bad-domain", 1, "sender:user@partner.example required");
    refuses("bad-listener", 1, "listener: exempt");
    refuses("listener-mode", 12, "listener:x required");
    refuses("sender-mode", 11, "sender:x  deny");
  }

  void refuses_bad_terms() {
    refuses("missing-mode", 10, "192.0.2.1");
    refuses("missing-mode", 10, "192.0.2.1   # required");
    refuses("unknown-mode", 11, "192.0.2.1 Required");
    tells("access:1:11 error unknown-mode\naccess:1:20 error unknown-condition",
          "192.0.2.1 verified required\n");
    refuses("unknown-condition", 20, "192.0.2.1 required tls=yes");
    refuses("unknown-condition", 20, "192.0.2.1 required =");
    refuses("bad-value", 33, "192.0.2.1 required min-protocol=TLSv1.4");
    refuses("bad-value", 29, "192.0.2.1 required min-bits=0x80");
    refuses("bad-value", 29, "192.0.2.1 required min-bits=0");
    refuses("bad-value", 25, "192.0.2.1 required from=2027-02-30");
    refuses("bad-value", 26, "192.0.2.1 required until=soon");
    refuses("bad-value", 31, "192.0.2.1 required reply-with=no");
    refuses("bad-value", 31, "192.0.2.1 required subject=\"a\"b");
    refuses("missing-value", 20, "192.0.2.1 required min-bits");
    refuses("missing-value", 20, "192.0.2.1 required subject=\"\"");
    refuses("missing-value", 20, "192.0.2.1 required verified=yes");
    refuses("doubled-condition", 33, "192.0.2.1 required min-bits=128 min-bits=256");
    refuses("condition-for-mode", 21, "192.0.2.1 available min-bits=128");
    refuses("condition-for-mode", 21, "192.0.2.1 available reply-with=tempfail");
    refuses("condition-for-mode", 19, "listener:x exempt report");
    refuses("unclosed-quote", 26, "192.0.2.1 required owner=\"me # you");
    refuses("until-before-from", 1, "192.0.2.1 required from=2027-02-01 until=2027-01-31");
  }

  void tells_all_findings_in_order_with_line_and_caret() {
    const LoadedList loaded =
        load("192.0.2.300 deny\ndefault available\n\t198.51.100.1 nope min-bits=x min-bits=y zzz\n");
    CPPUNIT_ASSERT_EQUAL(
        std::string("access:1:1 error bad-address\naccess:3:15 error unknown-mode\naccess:3:29 error "
                    "bad-value\naccess:3:31 error doubled-condition\n"
                    "access:3:42 error unknown-condition"),
        told(loaded));
    CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.300 deny"), loaded.findings[0].excerpt);
    CPPUNIT_ASSERT_EQUAL(1U, loaded.findings[0].caret);
    CPPUNIT_ASSERT_EQUAL(std::string(" 198.51.100.1 nope min-bits=x min-bits=y zzz"),
                         loaded.findings[1].excerpt);
    CPPUNIT_ASSERT_EQUAL(15U, loaded.findings[1].caret);
    const LoadedList wide = load("192.0.2.1 required owner=\"M\xC3\xBCller\" x\n");
    CPPUNIT_ASSERT_EQUAL(36U, wide.findings.front().column);
    CPPUNIT_ASSERT_EQUAL(35U, wide.findings.front().caret);
    const LoadedList longest = load("192.0.2.1 required note=" + std::string(3000, 'n') + " bad " +
                                    "note=" + std::string(500, 'm') + "\n");
    CPPUNIT_ASSERT(longest.findings.front().excerpt.size() < 250);
    CPPUNIT_ASSERT_EQUAL(std::string("bad "),
                         longest.findings.front().excerpt.substr(longest.findings.front().caret - 1, 4));
  }

  void warns_and_informs() {
    tells("access:1:1 warning verified-any", "192.0.2.1 required verified\n");
    tells("", "192.0.2.1 required verified subject=mx\n");
    tells("access:1:1 warning from-without-effect", "192.0.2.1 required report from=2027-01-01\n");
    tells("access:1:1 warning expired", "192.0.2.1 required until=2026-11-21\n");
    tells("access:1:1 warning ends-soon", "192.0.2.1 required until=2026-11-22\n");
    tells("access:1:1 warning ends-soon", "192.0.2.1 required until=2026-12-06\n");
    tells("", "192.0.2.1 required until=2026-12-07\n");
    tells("access:2:1 warning report-inside-enforced", "192.0.2.0/24 required\n192.0.2.1 available report\n");
    tells("access:1:1 info redundant", "192.0.2.0/24 available\n192.0.2.1 required report\n");
    tells("access:2:2 warning report-inside-enforced", "192.0.2.0/24 deny\n 192.0.2.1 available report\n");
    tells("access:2:1 info redundant",
          "192.0.2.0/24 required min-bits=128\n192.0.2.1 required min-bits=128\n");
    tells("access:1:1 info redundant", "192.0.2.1 available\ndefault available\n");
    tells("access:1:1 info redundant", "192.0.2.1 available\n");
    tells("access:1:1 info redundant", "192.0.2.1 available\n192.0.2.2 deny\n");
    tells("", "192.0.2.0/24 required\n192.0.2.0/25 available\n192.0.2.0/26 required\n");
    tells("", "192.0.2.0/24 required owner=a\n192.0.2.1 required owner=b\n");
  }

  void guards_the_default() {
    for (const char* network : {"default", "0.0.0.0/0", "::/0", "0.0.0.0-255.255.255.255"}) {
      refuses("default-required", 1, std::string(network) + " required");
      refuses("default-required", 1, std::string(network) + " required from=2027-01-01");
      refuses("default-deny", 1, std::string(network) + " deny");
      LoadOptions options = on_day();
      options.allow_default_required = true;
      options.allow_default_deny = true;
      CPPUNIT_ASSERT(load(std::string(network) + " required\n", options).list != nullptr);
      CPPUNIT_ASSERT(load(std::string(network) + " deny\n", options).list != nullptr);
      CPPUNIT_ASSERT(load(std::string(network) + " required report\n").list != nullptr);
    }
    CPPUNIT_ASSERT(load("default required\n").findings.front().text.find("RFC 3207") != std::string::npos);
  }

  void wants_a_rule() {
    tells("access:0:0 error no-rules", "");
    tells("access:0:0 error no-rules", "\n# default available\n\n");
    CPPUNIT_ASSERT_EQUAL(std::string("a:0:0 error no-rules"),
                         told(load(std::map<std::string, std::string>{{"a", "include b/*.access\n"}})));
  }

  void tells_of_the_same_network_twice() {
    tells("access:2:1 warning duplicate", "192.0.2.1 required\n192.0.2.1/32 required note=x\n");
    tells("access:2:1 error conflict", "192.0.2.1 required\n192.0.2.1 deny\n");
    tells("access:3:1 error conflict", "default available\n192.0.2.1 deny\ndefault exempt\n");
    tells("access:2:1 warning duplicate", "unknown exempt\nunknown exempt\n");
    tells("access:2:1 error conflict", "sender:A.example required\nsender:a.example available\n");
    tells("", "sender:a.example required\nsender:.a.example available\n");
    tells("access:2:1 error conflict", "listener:a exempt\nlistener:a report\n");
    tells("access:2:1 error conflict", "10.0.0.0-10.0.0.5 required\n10.0.0.4/31 deny\n");
    const LoadedList loaded = load(std::map<std::string, std::string>{{"a", "192.0.2.1 deny\ninclude b\n"},
                                                                      {"b", "# x\n192.0.2.1 required\n"}});
    CPPUNIT_ASSERT_EQUAL(std::string("b:2:1 error conflict"), told(loaded));
    CPPUNIT_ASSERT_EQUAL(std::string("the same network has another rule in line 1 of a"),
                         loaded.findings.front().text);
    CPPUNIT_ASSERT_EQUAL(std::string("decide which holds and remove line 1 of a or line 2"),
                         loaded.findings.front().hint);
  }

  void includes_files() {
    const LoadedList loaded = load_access_list(
        MemorySource({{"/etc/t/access", "192.0.2.1 deny\ninclude access.d/*.access # all\n192.0.2.4 deny\n"},
                      {"/etc/t/access.d/b.access", "192.0.2.3 required\n"},
                      {"/etc/t/access.d/a.access", "192.0.2.2 required\ninclude ../more\n"},
                      {"/etc/t/access.d/../more", "192.0.2.5 required\n"}}),
        "/etc/t/access", on_day());
    CPPUNIT_ASSERT_EQUAL(std::string(), told(loaded));
    const auto place = [&](const char* client) {
      RuleSet rules;
      loaded.list->collect(*Client::parse(client), "", rules);
      return rules.networks.empty() ? "none" : rules.networks.front().place();
    };
    CPPUNIT_ASSERT_EQUAL(std::string("access:1"), place("192.0.2.1"));
    CPPUNIT_ASSERT_EQUAL(std::string("access.d/a.access:1"), place("192.0.2.2"));
    CPPUNIT_ASSERT_EQUAL(std::string("access.d/b.access:1"), place("192.0.2.3"));
    CPPUNIT_ASSERT_EQUAL(std::string("access:3"), place("192.0.2.4"));
    CPPUNIT_ASSERT_EQUAL(std::string("access.d/../more:1"), place("192.0.2.5"));
  }

  void refuses_bad_includes() {
    tells("access:1:1 error include-missing", "include other\ndefault available\n");
    tells("access:1:8 error include-pattern", "include\n192.0.2.1 deny\n");
    tells("access:1:9 error include-pattern", "include a b\n192.0.2.1 deny\n");
    tells("access:1:1 error include-loop", "include access\n192.0.2.1 deny\n");
    CPPUNIT_ASSERT_EQUAL(std::string("b:1:2 error include-loop"),
                         told(load(std::map<std::string, std::string>{{"a", "192.0.2.1 deny\ninclude b\n"},
                                                                      {"b", " include a\n"}})));
    std::map<std::string, std::string> deep;
    for (char c = 'a'; c <= 'j'; ++c)
      deep[std::string(1, c)] =
          fmt::format("192.0.2.{} deny\ninclude {}\n", static_cast<int>(c), static_cast<char>(c + 1));
    CPPUNIT_ASSERT_EQUAL(std::string("h:2:1 error include-depth"), told(load(deep)));
    CPPUNIT_ASSERT(load(std::map<std::string, std::string>{{"a b", "192.0.2.1 deny\n"}, {"c", ""}}).list !=
                   nullptr);
    CPPUNIT_ASSERT_EQUAL(
        std::string(),
        told(load_access_list(MemorySource({{"x", "include \"a b\"\n"}, {"a b", "192.0.2.1 deny\n"}}), "x",
                              on_day())));
  }

  void refuses_what_is_no_text() {
    tells("access:2:3 error nul-byte", std::string("192.0.2.1 deny\nab\0c\n", 20));
    tells("access:1:1 error nul-byte", std::string("\0", 1));
    tells("access:2:5 error not-utf8", "192.0.2.1 deny\n# \xC3\xBC\xFC\n");
    tells("access:1:15 error control-character", "192.0.2.1 deny\r192.0.2.2 deny\r");
    tells("access:1:16 error control-character", "192.0.2.1 deny \x1B[0m\n");
    tells("access:2:1 error line-too-long", "192.0.2.1 deny\n#" + std::string(4096, 'x') + "\n");
    tells("", "192.0.2.1 deny\n#" + std::string(4095, 'x') + "\n");
    tells("access:1:1 error line-too-long", std::string(1 << 20, '1'));
  }

  void bounds_what_it_tells() {
    std::string nonsense;
    for (int i = 0; i < 5000; ++i) nonsense += "nonsense here\n192.0.2.1 required verified\n";
    const LoadedList loaded = load(nonsense);
    // Each nonsense line has two errors, each other one a warning, all but one of them a second one.
    CPPUNIT_ASSERT_EQUAL(2 * max_told + 1, loaded.findings.size());
    CPPUNIT_ASSERT_EQUAL(std::string("more-findings"), loaded.findings.back().check);
    CPPUNIT_ASSERT_EQUAL(std::string("9000 more errors, 8999 more warnings and 0 more notes are not told"),
                         loaded.findings.back().text);
  }

  void names_files_folders_and_digest() {
    const LoadedList loaded =
        load_access_list(MemorySource({{"/e/access", "include d/*.x\ninclude /f/more\n"},
                                       {"/e/d/1.x", "192.0.2.1 deny\n"},
                                       {"/f/more", "192.0.2.2 deny\n"}}),
                         "/e/access", on_day());
    CPPUNIT_ASSERT((loaded.files == std::vector<std::string>{"/e/access", "/e/d/1.x", "/f/more"}));
    CPPUNIT_ASSERT((loaded.folders == std::vector<std::string>{"/e", "/e/d", "/f"}));
    base::Sha256 hash;
    hash.add("include d/*.x\ninclude /f/more\n192.0.2.1 deny\n192.0.2.2 deny\n");
    CPPUNIT_ASSERT_EQUAL(hash.finish(), loaded.sha256);
  }

  void says_why_there_is_no_list() {
    const LoadedList loaded = load_access_list(MemorySource({}), "/etc/access", on_day());
    CPPUNIT_ASSERT(loaded.list == nullptr && loaded.main_error &&
                   loaded.main_error->code == base::Errc::missing);
    CPPUNIT_ASSERT_EQUAL(std::string("/etc/access:0:0 error unreadable"), told(loaded));
    CPPUNIT_ASSERT((loaded.folders == std::vector<std::string>{"/etc"}));  // where it may appear
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccessLoadTest);

}  // namespace tlsward::policy
