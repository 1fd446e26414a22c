#include "conf/config.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include "support/temp_dir.h"

namespace tlsward::conf {

using base::Errc;

class ConfigTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ConfigTest);
  CPPUNIT_TEST(has_defaults_without_a_file);
  CPPUNIT_TEST(lets_the_folder_win_over_the_file_and_the_command_line_over_both);
  CPPUNIT_TEST(may_say_a_key_again_in_another_file);
  CPPUNIT_TEST(reads_beside_a_name_that_is_special_to_globs);
  CPPUNIT_TEST(takes_other_defaults);
  CPPUNIT_TEST(says_why_a_file_cannot_be_read);
  CPPUNIT_TEST(refuses_a_file_that_is_too_large);
  CPPUNIT_TEST_SUITE_END();

 public:
  void has_defaults_without_a_file() {
    // The default file may exist on the machine that runs this; an empty one says the same.
    const LoadedConfig got = load_config(folder_.write("empty.conf", ""), {});
    CPPUNIT_ASSERT(got.is_usable() && got.findings.empty());
    CPPUNIT_ASSERT(!got.config.enforce && got.config.exempt_authenticated &&
                   got.config.drain_time == std::chrono::seconds(25));
  }

  void lets_the_folder_win_over_the_file_and_the_command_line_over_both() {
    const std::string file =
        folder_.write("t.conf", "user = one\nsocket-group = one\naccess = /one\nlog-level = error\n");
    folder_.write("conf.d/10.conf", "socket-group = two\naccess = /two\nlog-level = info\n");
    folder_.write("conf.d/9.conf", "access = /three\nlog-level = warning\n");
    folder_.write("conf.d/99.conf.bak", "access = /never\n");
    const LoadedConfig got = load_config(file, {{"log-level", "debug"}});
    CPPUNIT_ASSERT(got.is_usable());
    CPPUNIT_ASSERT_EQUAL(file, got.config.file);
    CPPUNIT_ASSERT_EQUAL(std::string("one"), got.config.user);
    CPPUNIT_ASSERT_EQUAL(std::string("two"), got.config.socket_group);
    CPPUNIT_ASSERT_EQUAL_MESSAGE("9 comes after 10 in the order of bytes", std::string("/three"),
                                 got.config.access);
    CPPUNIT_ASSERT(got.config.log_level == base::LogLevel::debug);
  }

  void may_say_a_key_again_in_another_file() {
    const std::string file = folder_.write("t.conf", "enforce = no\n");
    folder_.write("conf.d/a.conf", "enforce = yes\n");
    CPPUNIT_ASSERT(load_config(file, {}).config.enforce);
  }

  void reads_beside_a_name_that_is_special_to_globs() {
    const std::string file = folder_.write("a[b]*?\\c/t.conf", "");
    folder_.write("a[b]*?\\c/conf.d/a.conf", "enforce = yes\n");
    const LoadedConfig got = load_config(file, {});
    CPPUNIT_ASSERT(got.is_usable() && got.config.enforce);
  }

  void takes_other_defaults() {
    Config defaults;
    defaults.enforce = true;
    CPPUNIT_ASSERT(load_config(folder_.write("t.conf", "user = x\n"), {}, defaults).config.enforce);
    CPPUNIT_ASSERT(!load_config(folder_.write("t.conf", "enforce = no\n"), {}, defaults).config.enforce);
  }

  void says_why_a_file_cannot_be_read() {
    const LoadedConfig missing = load_config(folder_.at("no.conf"), {});
    CPPUNIT_ASSERT(missing.file_error && missing.file_error->code == Errc::missing && !missing.is_usable());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, missing.findings.size());
    const LoadedConfig directory = load_config(folder_.path(), {});
    CPPUNIT_ASSERT(directory.file_error && directory.file_error->code == Errc::range);
    const std::string fifo = folder_.at("fifo");
    CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(fifo.c_str(), 0600));
    CPPUNIT_ASSERT(load_config(fifo, {}).file_error->code == Errc::range);
  }

  void refuses_a_file_that_is_too_large() {
    const LoadedConfig got = load_config(folder_.write("big.conf", std::string((1U << 20U) + 1, '#')), {});
    CPPUNIT_ASSERT(got.file_error && got.file_error->code == Errc::range);
    CPPUNIT_ASSERT_EQUAL(std::string("unreadable"), got.findings[0].check);
  }

 private:
  tests::TempDir folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigTest);

}  // namespace tlsward::conf
