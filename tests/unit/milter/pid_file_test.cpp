#include "milter/pid_file.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "support/temp_dir.h"

namespace tlsward::milter {

class PidFileTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PidFileTest);
  CPPUNIT_TEST(holds_the_pid_and_a_lock);
  CPPUNIT_TEST(takes_a_file_that_nobody_holds);
  CPPUNIT_TEST(refuses_what_is_no_file);
  CPPUNIT_TEST_SUITE_END();

 public:
  void holds_the_pid_and_a_lock();
  void takes_a_file_that_nobody_holds();
  void refuses_what_is_no_file();

 private:
  [[nodiscard]] std::string text() const {
    const auto got = base::read_file(dir_.at("pid"), 4096);
    return got ? *got : got.error().message();
  }
  tests::TempDir dir_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PidFileTest);

namespace {

/// Tries in a child, as locks of one process do not exclude each other: 0 held, 1 conflict that names
/// `holder`, 2 anything else.
int try_in_child(const std::string& path, pid_t holder) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto got = PidFile::hold(path);
    const bool is_named =
        !got && got.error().text.find("process " + std::to_string(holder)) != std::string::npos;
    ::_exit(got ? 0 : got.error().code == base::Errc::conflict && is_named ? 1 : 2);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

}  // namespace

void PidFileTest::holds_the_pid_and_a_lock() {
  auto file = PidFile::hold(dir_.at("pid"));
  CPPUNIT_ASSERT(bool(file));
  CPPUNIT_ASSERT_EQUAL(1, try_in_child(dir_.at("pid"), ::getpid()));
  file->release();
  CPPUNIT_ASSERT_EQUAL(std::string(), text());
  CPPUNIT_ASSERT_EQUAL(0, try_in_child(dir_.at("pid"), 0));
}

void PidFileTest::takes_a_file_that_nobody_holds() {
  dir_.write("pid", "1234567890\nmore\n");
  const auto file = PidFile::hold(dir_.at("pid"));
  CPPUNIT_ASSERT(bool(file));
  CPPUNIT_ASSERT_EQUAL(std::to_string(::getpid()) + "\n", text());
  CPPUNIT_ASSERT_MESSAGE("none is asked for", bool(PidFile::hold("")));
}

void PidFileTest::refuses_what_is_no_file() {
  std::filesystem::create_directory(dir_.at("folder"));
  std::filesystem::create_symlink("target", dir_.at("link"));
  CPPUNIT_ASSERT(!PidFile::hold(dir_.at("folder")));
  const auto link = PidFile::hold(dir_.at("link"));
  CPPUNIT_ASSERT(!link && link.error().code == base::Errc::conflict);
  const auto missing = PidFile::hold(dir_.at("no/pid"));
  CPPUNIT_ASSERT(!missing && missing.error().code == base::Errc::missing);
  CPPUNIT_ASSERT(!std::filesystem::exists(dir_.at("target")));
}

}  // namespace tlsward::milter
