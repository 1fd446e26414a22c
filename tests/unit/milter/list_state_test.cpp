#include "milter/list_state.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "base/files.h"
#include "support/temp_dir.h"

namespace tlsward::milter {

class ListStateTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ListStateTest);
  CPPUNIT_TEST(a_good_list_replaces_everything);
  CPPUNIT_TEST(a_bad_list_changes_the_error_alone);
  CPPUNIT_TEST(is_one_json_object);
  CPPUNIT_TEST(is_written_whole);
  CPPUNIT_TEST_SUITE_END();

 public:
  void a_good_list_replaces_everything();
  void a_bad_list_changes_the_error_alone();
  void is_one_json_object();
  void is_written_whole();
};

CPPUNIT_TEST_SUITE_REGISTRATION(ListStateTest);

namespace {

base::Seconds at(int seconds) {
  return base::Seconds(std::chrono::seconds(seconds));
}

policy::LoadedList good() {
  policy::LoadedList out;
  out.list = std::make_shared<const policy::AccessList>();
  out.sha256 = std::string(64, 'a');
  out.rules = 3;
  return out;
}

policy::LoadedList bad(int errors) {
  policy::LoadedList out;
  out.sha256 = std::string(64, 'b');
  out.rules = 7;
  base::Finding warning;
  warning.severity = base::Severity::warning;
  out.findings.push_back(warning);
  for (int i = 0; i < errors; ++i) {
    base::Finding finding;
    finding.file = "access";
    finding.line = static_cast<std::uint32_t>(i + 1);
    finding.column = 5;
    finding.text = "mask has a \"hole\"";
    out.findings.push_back(finding);
  }
  return out;
}

}  // namespace

void ListStateTest::a_good_list_replaces_everything() {
  ListState state;
  state.error = "old";
  state.pid = 42;
  state = after_load(std::move(state), good(), at(100));
  CPPUNIT_ASSERT(!state.error);
  CPPUNIT_ASSERT_EQUAL(std::size_t{3}, state.rules);
  CPPUNIT_ASSERT(state.loaded_at == at(100) && state.tried_at == at(100));
  CPPUNIT_ASSERT_EQUAL(pid_t{42}, state.pid);
}

void ListStateTest::a_bad_list_changes_the_error_alone() {
  const ListState before = after_load({}, good(), at(100));
  const ListState state = after_load(before, bad(1), at(200));
  CPPUNIT_ASSERT_EQUAL(before.sha256, state.sha256);
  CPPUNIT_ASSERT_EQUAL(before.rules, state.rules);
  CPPUNIT_ASSERT(state.loaded_at == at(100) && state.tried_at == at(200));
  CPPUNIT_ASSERT_EQUAL(std::string("access:1:5: mask has a \"hole\""), state.error.value());
  CPPUNIT_ASSERT_EQUAL(std::string("access:1:5: mask has a \"hole\" (and 2 more)"),
                       summary_of_errors(bad(3)));
}

void ListStateTest::is_one_json_object() {
  ListState state = after_load({}, good(), at(0));
  state.pid = 42;
  const std::string a(64, 'a');
  CPPUNIT_ASSERT_EQUAL("{\"sha256\":\"" + a +
                           "\",\"rules\":3,\"loaded_at\":\"1970-01-01T00:00:00Z\",\"error\":null,\"tried_"
                           "at\":\"1970-01-01T00:00:00Z\",\"pid\":42}\n",
                       render_list_state(state));
  state = after_load(state, bad(1), at(1));
  CPPUNIT_ASSERT(render_list_state(state).find(
                     R"("error":"access:1:5: mask has a \"hole\"","tried_at":"1970-01-01T00:00:01Z")") !=
                 std::string::npos);
}

void ListStateTest::is_written_whole() {
  const tests::TempDir dir;
  const ListState state = after_load({}, good(), at(0));
  CPPUNIT_ASSERT(bool(write_list_state(dir.path(), state)));
  const auto text = base::read_file(dir.at("list.json"), 4096);
  CPPUNIT_ASSERT(bool(text));
  CPPUNIT_ASSERT_EQUAL(render_list_state(state), *text);
  CPPUNIT_ASSERT(!write_list_state(dir.at("nowhere"), state));
}

}  // namespace tlsward::milter
