#include "base/log.h"

#include <cppunit/extensions/HelperMacros.h>

#include <thread>
#include <vector>

#include "base/files.h"
#include "support/temp_dir.h"

namespace tlsward::base {

class LogTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(LogTest);
  CPPUNIT_TEST(writes_lines_to_a_file_from_its_level_up);
  CPPUNIT_TEST(keeps_lines_of_many_threads_apart);
  CPPUNIT_TEST(says_why_a_log_cannot_be_opened);
  CPPUNIT_TEST_SUITE_END();

 public:
  void writes_lines_to_a_file_from_its_level_up() {
    const tests::TempDir dir;
    {
      const auto log = open_log(dir.at("log"), LogLevel::warning, "unit");
      CPPUNIT_ASSERT(log);
      (*log)->error("one");
      (*log)->info("two");
      (*log)->write(LogLevel::warning, "three", {{"TLSWARD_ACTION", "x"}});
      CPPUNIT_ASSERT((*log)->takes(LogLevel::warning) && !(*log)->takes(LogLevel::debug));
    }
    const std::string text = *read_file(dir.at("log"), 10000);
    CPPUNIT_ASSERT(text.find(": error: one\n") != std::string::npos);
    CPPUNIT_ASSERT(text.find("two") == std::string::npos);
    CPPUNIT_ASSERT(text.find(": warning: three\n") != std::string::npos);
    CPPUNIT_ASSERT(text.find(" unit[") != std::string::npos);
  }

  void keeps_lines_of_many_threads_apart() {
    const tests::TempDir dir;
    const auto log = open_log(dir.at("log"), LogLevel::info, "unit");
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) (*log)->info("abcdefghijklmnopqrstuvwxyz");
      });
    }
    for (std::thread& thread : threads) thread.join();
    const std::string text = *read_file(dir.at("log"), 1000000);
    std::size_t lines = 0;
    for (std::size_t at = text.find(": info: abcdefghijklmnopqrstuvwxyz\n"); at != std::string::npos;
         at = text.find(": info: abcdefghijklmnopqrstuvwxyz\n", at + 1))
      ++lines;
    CPPUNIT_ASSERT_EQUAL(std::size_t{800}, lines);
  }

  void says_why_a_log_cannot_be_opened() {
    const tests::TempDir dir;
    const auto log = open_log(dir.at("no/such/log"), LogLevel::info, "unit");
    CPPUNIT_ASSERT(!log);
    CPPUNIT_ASSERT(log.error().code == Errc::missing);
    CPPUNIT_ASSERT_EQUAL(dir.at("no/such/log"), log.error().where);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogTest);

}  // namespace tlsward::base
