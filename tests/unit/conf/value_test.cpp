#include "conf/value.h"

#include <cppunit/extensions/HelperMacros.h>

namespace tlsward::conf {
namespace {

std::optional<ValueFault> set(Config& config, std::string_view key, const std::string& value) {
  return set_value(config, *find_option(key), value);
}

}  // namespace

class ValueTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ValueTest);
  CPPUNIT_TEST(reads_lengths_of_time);
  CPPUNIT_TEST(sets_each_kind);
  CPPUNIT_TEST(refuses_with_a_remedy_and_leaves_the_configuration_alone);
  CPPUNIT_TEST_SUITE_END();

 public:
  void reads_lengths_of_time() {
    struct Row {
      std::string_view text;
      long seconds;  ///< -1: refused
    };
    for (const auto& [text, seconds] :
         {Row{"25", 25},       Row{"25s", 25},   Row{"2m", 120},
          Row{"1h", 3600},     Row{"0", 0},      Row{"24h", 86400},
          Row{"86400", 86400}, Row{"", -1},      Row{"s", -1},
          Row{"m", -1},        Row{"-1", -1},    Row{"+1", -1},
          Row{"1 s", -1},      Row{"1d", -1},    Row{"1.5s", -1},
          Row{"25h", -1},      Row{"86401", -1}, Row{"99999999999999999999", -1},
          Row{"1e3", -1},      Row{"2mm", -1}}) {
      const auto parsed = parse_seconds(text);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(text), seconds,
                                   parsed ? static_cast<long>(parsed->count()) : -1L);
    }
  }

  void sets_each_kind() {
    Config config;
    CPPUNIT_ASSERT(!set(config, "socket", "inet:8891@localhost") && config.socket == "inet:8891@localhost");
    CPPUNIT_ASSERT(!set(config, "drain-time", "2m") && config.drain_time == std::chrono::seconds(120));
    CPPUNIT_ASSERT(!set(config, "enforce", "yes") && config.enforce);
    CPPUNIT_ASSERT(!set(config, "enforce", "no") && !config.enforce);
    CPPUNIT_ASSERT(!set(config, "log", "/var/log/tlsward.log") && config.log == "/var/log/tlsward.log");
    CPPUNIT_ASSERT(!set(config, "log-level", "debug") && config.log_level == base::LogLevel::debug);
    CPPUNIT_ASSERT(!set(config, "mta", "sendmail") && config.mta == Mta::sendmail);
    CPPUNIT_ASSERT(!set(config, "help-url", "https://mail.example.com/tls#why") &&
                   config.help_url == "https://mail.example.com/tls#why");
    CPPUNIT_ASSERT(!set(config, "help-url", "") && config.help_url.empty());
    CPPUNIT_ASSERT(!set(config, "state-dir", "/srv/a b") && config.state_dir == "/srv/a b");
    CPPUNIT_ASSERT(!set(config, "store", "/srv/tls") && config.store == "/srv/tls");
    const std::vector<std::string> two{"mx.example.org", "mail.example.org"};
    CPPUNIT_ASSERT(!set(config, "hostname", "mx.example.org, mail.example.org") && config.hostnames == two);
    CPPUNIT_ASSERT(!set(config, "hostname", "") && config.hostnames.empty());
  }

  void refuses_with_a_remedy_and_leaves_the_configuration_alone() {
    struct Row {
      std::string_view key;
      std::string value;
    };
    for (const auto& [key, value] :
         {Row{"enforce", "true"}, Row{"enforce", "Yes"}, Row{"enforce", "1"}, Row{"drain-time", "soon"},
          Row{"log", "sylog"}, Row{"log", "log.txt"}, Row{"log-level", "verbose"}, Row{"mta", "exim"},
          Row{"hostname", std::string(254, 'x')}, Row{"help-url", "https://a/b c"},
          Row{"help-url", "https://a/" + std::string(500, 'x')}}) {
      Config config;
      const auto fault = set(config, key, value);
      CPPUNIT_ASSERT_MESSAGE(std::string(key), fault && !fault->text.empty() && !fault->hint.empty());
      CPPUNIT_ASSERT_MESSAGE(std::string(key),
                             !config.enforce && config.log == "auto" && config.help_url.empty());
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ValueTest);

}  // namespace tlsward::conf
