#include "conf/option_table.h"

#include <cppunit/extensions/HelperMacros.h>

#include <set>
#include <string>

#include "conf/checks.h"
#include "conf/config.h"
#include "conf/value.h"

namespace tlsward::conf {

class OptionTableTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(OptionTableTest);
  CPPUNIT_TEST(has_each_key_once_and_finds_it);
  CPPUNIT_TEST(names_defaults_that_are_the_configurations);
  CPPUNIT_TEST(lets_boost_know_every_key_with_an_effect);
  CPPUNIT_TEST(suggests_the_nearest_key);
  CPPUNIT_TEST(has_checks_in_the_order_of_the_enumeration);
  CPPUNIT_TEST_SUITE_END();

 public:
  void has_each_key_once_and_finds_it() {
    std::set<std::string_view> keys;
    for (const OptionInfo& option : all_options()) {
      CPPUNIT_ASSERT_MESSAGE(std::string(option.key), keys.insert(option.key).second);
      CPPUNIT_ASSERT(find_option(option.key) == &option);
      CPPUNIT_ASSERT_MESSAGE(std::string(option.key), !option.help.empty() && !option.help.ends_with('.') &&
                                                          !option.value_name.empty());
    }
    CPPUNIT_ASSERT(find_option("acces") == nullptr && find_option("") == nullptr);
  }

  /// A default that is written down must be one that changes nothing.
  void names_defaults_that_are_the_configurations() {
    for (const OptionInfo& option : all_options()) {
      if (option.use == OptionUse::later || option.default_value.empty()) continue;
      Config config;
      const auto fault = set_value(config, option, std::string(option.default_value));
      CPPUNIT_ASSERT_MESSAGE(std::string(option.key), !fault);
      CPPUNIT_ASSERT_MESSAGE(std::string(option.key), same(Config{}, config));
    }
  }

  void lets_boost_know_every_key_with_an_effect() {
    for (const OptionInfo& option : all_options()) {
      if (option.use == OptionUse::later || option.kind != OptionKind::yes_no) continue;
      Config config;
      Config other;
      CPPUNIT_ASSERT(!set_value(config, option, "yes") && !set_value(other, option, "no"));
      CPPUNIT_ASSERT_MESSAGE(std::string(option.key), !same(config, other));
    }
  }

  void suggests_the_nearest_key() {
    struct Row {
      std::string_view typed;
      std::string_view meant;
    };
    for (const auto& [typed, meant] :
         {Row{"enforced", "enforce"}, Row{"pid_file", "pid-file"}, Row{"Access", "access"},
          Row{"loglevel", "log-level"}, Row{"colour", ""}, Row{"", ""}, Row{"drain-tiem", "drain-time"}}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(typed), std::string(meant),
                                   std::string(nearest_option(typed)));
    }
    CPPUNIT_ASSERT_EQUAL(std::string(), std::string(nearest_option(std::string(100000, 'a'))));
  }

  void has_checks_in_the_order_of_the_enumeration() {
    for (std::size_t i = 0; i < all_checks.size(); ++i)
      CPPUNIT_ASSERT_EQUAL(i, static_cast<std::size_t>(all_checks[i].check));
  }

 private:
  static bool same(const Config& a, const Config& b) {
    return a.socket == b.socket && a.socket_group == b.socket_group && a.user == b.user &&
           a.pid_file == b.pid_file && a.drain_time == b.drain_time && a.access == b.access &&
           a.enforce == b.enforce && a.allow_default_required == b.allow_default_required &&
           a.allow_default_deny == b.allow_default_deny && a.exempt_authenticated == b.exempt_authenticated &&
           a.help_url == b.help_url && a.log == b.log && a.log_level == b.log_level && a.mta == b.mta &&
           a.state_dir == b.state_dir;
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OptionTableTest);

}  // namespace tlsward::conf
