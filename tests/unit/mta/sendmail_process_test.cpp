#include "mta/sendmail_process.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "support/temp_dir.h"

namespace tlsward::mta {

using base::Errc;

class SendmailProcessTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SendmailProcessTest);
  CPPUNIT_TEST(reads_number_and_command);
  CPPUNIT_TEST(sees_that_it_was_written_again);
  CPPUNIT_TEST(refuses_numbers_that_must_never_be_signalled);
  CPPUNIT_TEST(knows_a_sendmail_by_its_program);
  CPPUNIT_TEST_SUITE_END();

 public:
  void reads_number_and_command() {
    const tests::TempDir dir;
    const auto note = read_pid_file(dir.write("pid", "1234\n/usr/sbin/sendmail -bd -q10m\n"));
    CPPUNIT_ASSERT(note);
    CPPUNIT_ASSERT_EQUAL(pid_t{1234}, note->pid);
    CPPUNIT_ASSERT_EQUAL(std::string("/usr/sbin/sendmail -bd -q10m"), note->command);
    CPPUNIT_ASSERT_EQUAL(std::string(), read_pid_file(dir.write("short", "77"))->command);
  }

  void sees_that_it_was_written_again() {
    const tests::TempDir dir;
    const std::string path = dir.write("pid", "1234\n/usr/sbin/sendmail\n");
    const auto before = read_pid_file(path);
    CPPUNIT_ASSERT(*before == *read_pid_file(path));
    std::this_thread::sleep_for(
        std::chrono::milliseconds(20));  // more than a tick of the file system's clock
    dir.write("pid", "1234\n/usr/sbin/sendmail\n");
    CPPUNIT_ASSERT(!(*before == *read_pid_file(path)));
  }

  void refuses_numbers_that_must_never_be_signalled() {
    const tests::TempDir dir;
    for (const char* const text : {"", "\n", "0\n", "1\n", "-1\n", "12a\n", "99999999999999\n", "x"})
      CPPUNIT_ASSERT_MESSAGE(text, read_pid_file(dir.write("pid", text)).error().code == Errc::parse);
    CPPUNIT_ASSERT(read_pid_file(dir.at("nothing")).error().code == Errc::missing);
    CPPUNIT_ASSERT(read_pid_file(dir.path()).error().code == Errc::range);
  }

  void knows_a_sendmail_by_its_program() {
    CPPUNIT_ASSERT(!is_sendmail(::getpid()));
    const tests::TempDir dir;
    for (const auto& [name, is_one] : {std::pair<const char*, bool>{"sendmail", true},
                                       {"sendmail-mta", true},
                                       {"notsendmail", false},
                                       {"sendmailer", false}}) {
      const std::string program = dir.at(name);
      std::filesystem::copy_file("/bin/sleep", program);
      std::string argument = "30";
      char* const argv[] = {const_cast<char*>(program.c_str()), argument.data(), nullptr};
      char* const envp[] = {nullptr};
      pid_t pid = 0;
      CPPUNIT_ASSERT_EQUAL(0, ::posix_spawn(&pid, program.c_str(), nullptr, nullptr, argv, envp));
      CPPUNIT_ASSERT_EQUAL_MESSAGE(name, is_one, is_sendmail(pid));
      std::filesystem::remove(program);  // as an upgrade does
      CPPUNIT_ASSERT_EQUAL_MESSAGE(name, is_one, is_sendmail(pid));
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
      CPPUNIT_ASSERT_MESSAGE(name, !is_sendmail(pid));
    }
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SendmailProcessTest);

}  // namespace tlsward::mta
