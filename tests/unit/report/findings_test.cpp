#include "report/findings.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

namespace tlsward::report {
namespace {

base::Finding mask_hole() {
  base::Finding f;
  f.severity = base::Severity::error;
  f.check = "mask-hole";
  f.file = "access";
  f.line = 7;
  f.column = 3;
  f.text = "\"10.0.0.0/255.0.255.0\" has a mask with a hole";
  f.hint = "write one line a network";
  f.excerpt = "  10.0.0.0/255.0.255.0 deny";
  f.caret = 3;
  return f;
}

std::string json_of(const base::Finding& finding) {
  std::string out;
  append_finding_json(out, finding);
  return out;
}

}  // namespace

class FindingsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FindingsTest);
  CPPUNIT_TEST(tells_place_line_caret_and_hint);
  CPPUNIT_TEST(leaves_out_what_a_finding_has_not);
  CPPUNIT_TEST(colours_words_and_nothing_else);
  CPPUNIT_TEST(makes_a_files_name_printable);
  CPPUNIT_TEST(renders_json_in_a_fixed_order);
  CPPUNIT_TEST(counts_in_words);
  CPPUNIT_TEST(wants_no_colour_but_on_a_terminal);
  CPPUNIT_TEST_SUITE_END();

 public:
  void tells_place_line_caret_and_hint() {
    CPPUNIT_ASSERT_EQUAL(
        std::string("access:7:3: error: \"10.0.0.0/255.0.255.0\" has a mask with a hole [mask-hole]\n"
                    "      10.0.0.0/255.0.255.0 deny\n"
                    "      ^\n"
                    "  hint: write one line a network\n"),
        render_findings_text({mask_hole()}, false));
  }

  void leaves_out_what_a_finding_has_not() {
    base::Finding f = mask_hole();
    f.column = 0;
    f.excerpt.clear();
    f.hint.clear();
    CPPUNIT_ASSERT_EQUAL("access:7: error: " + f.text + " [mask-hole]\n", render_findings_text({f}, false));
    f.line = 0;
    CPPUNIT_ASSERT_EQUAL("access: error: " + f.text + " [mask-hole]\n", render_findings_text({f}, false));
    f.file.clear();
    CPPUNIT_ASSERT_EQUAL("error: " + f.text + " [mask-hole]\n", render_findings_text({f}, false));
    CPPUNIT_ASSERT_EQUAL(std::string(), render_findings_text({}, true));
  }

  void colours_words_and_nothing_else() {
    std::string coloured = render_findings_text({mask_hole()}, true);
    for (const std::string_view code : {"\x1B[1;31m", "\x1B[0m"}) {
      for (std::size_t at = coloured.find(code); at != std::string::npos; at = coloured.find(code))
        coloured.erase(at, code.size());
    }
    CPPUNIT_ASSERT_EQUAL(render_findings_text({mask_hole()}, false), coloured);
  }

  void makes_a_files_name_printable() {
    base::Finding f = mask_hole();
    f.file = "bad\x1B[2Jname";
    CPPUNIT_ASSERT(render_findings_text({f}, false).find('\x1B') == std::string::npos);
    CPPUNIT_ASSERT(json_of(f).find("bad\\u001b[2Jname") != std::string::npos);
  }

  void renders_json_in_a_fixed_order() {
    CPPUNIT_ASSERT_EQUAL(
        std::string(
            R"({"severity":"error","check":"mask-hole","file":"access","line":7,"column":3,)"
            R"("text":"\"10.0.0.0/255.0.255.0\" has a mask with a hole","hint":"write one line a network"})"),
        json_of(mask_hole()));
    std::string two;
    append_findings_json(two, {mask_hole(), mask_hole()});
    CPPUNIT_ASSERT_EQUAL("[" + json_of(mask_hole()) + "," + json_of(mask_hole()) + "]", two);
    std::string none;
    append_findings_json(none, {});
    CPPUNIT_ASSERT_EQUAL(std::string("[]"), none);
  }

  void counts_in_words() {
    base::Finding warning = mask_hole();
    warning.severity = base::Severity::warning;
    base::Finding remark = mask_hole();
    remark.severity = base::Severity::info;
    CPPUNIT_ASSERT_EQUAL(std::string("no findings"), count_findings({}));
    CPPUNIT_ASSERT_EQUAL(std::string("2 errors, 1 warning, 1 remark"),
                         count_findings({warning, mask_hole(), remark, mask_hole()}));
  }

  void wants_no_colour_but_on_a_terminal() {
    ::setenv("TERM", "xterm", 1);
    ::unsetenv("NO_COLOR");
    const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    CPPUNIT_ASSERT(!wants_colour(null));
    ::close(null);
    const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0) return;  // a sandbox without terminals
    CPPUNIT_ASSERT(wants_colour(terminal));
    ::setenv("NO_COLOR", "1", 1);
    CPPUNIT_ASSERT(!wants_colour(terminal));
    ::unsetenv("NO_COLOR");
    ::setenv("TERM", "dumb", 1);
    CPPUNIT_ASSERT(!wants_colour(terminal));
    ::close(terminal);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FindingsTest);

}  // namespace tlsward::report
