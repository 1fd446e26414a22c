#include "base/process.h"

#include <cppunit/extensions/HelperMacros.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/files.h"
#include "support/temp_dir.h"

namespace tlsward::base {

class ProcessTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ProcessTest);
  CPPUNIT_TEST(tells_status_and_both_outputs);
  CPPUNIT_TEST(gives_input_and_its_end);
  CPPUNIT_TEST(reads_no_shell_into_arguments);
  CPPUNIT_TEST(gives_a_known_environment);
  CPPUNIT_TEST(leaks_no_descriptor_and_no_blocked_signal);
  CPPUNIT_TEST(keeps_no_more_than_was_asked_for);
  CPPUNIT_TEST(ends_a_program_by_its_deadline);
  CPPUNIT_TEST(does_not_wait_for_a_daemon_that_was_started);
  CPPUNIT_TEST(tells_what_ended_by_a_signal);
  CPPUNIT_TEST(says_what_cannot_be_run);
  CPPUNIT_TEST(finds_programs_in_folders);
  CPPUNIT_TEST(quotes_the_last_words);
  CPPUNIT_TEST_SUITE_END();

  static Result<Ended> shell(const std::string& script,
                             std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    Command command;
    command.argv = {"/bin/sh", "-c", script};
    command.time_limit = limit;
    return run_command(command);
  }

 public:
  void tells_status_and_both_outputs() {
    const auto ended = shell("echo said; echo cried >&2; exit 7");
    CPPUNIT_ASSERT(ended);
    CPPUNIT_ASSERT_EQUAL(7, ended->status);
    CPPUNIT_ASSERT_EQUAL(std::string("said\n"), ended->output);
    CPPUNIT_ASSERT_EQUAL(std::string("cried\n"), ended->error_output);
    CPPUNIT_ASSERT(!ended->succeeded() && !ended->is_cut);
    CPPUNIT_ASSERT(shell("true")->succeeded());
  }

  void gives_input_and_its_end() {
    Command command;
    command.argv = {"/bin/cat"};
    CPPUNIT_ASSERT(run_command(command)->output.empty());  // no input is an end at once, not our terminal
    command.input = std::string(Command::max_input, 'x');
    CPPUNIT_ASSERT(run_command(command)->output == command.input);
    command.input += 'x';
    CPPUNIT_ASSERT(run_command(command).error().code == Errc::range);
    // A program that does not read what it is given must not kill us by SIGPIPE.
    command.argv = {"/bin/true"};
    command.input.pop_back();
    CPPUNIT_ASSERT(run_command(command)->succeeded());
  }

  void reads_no_shell_into_arguments() {
    Command command;
    command.argv = {"/usr/bin/printf", "%s|", "$HOME; `id`", "a b", ""};
    CPPUNIT_ASSERT_EQUAL(std::string("$HOME; `id`|a b||"), run_command(command)->output);
  }

  void gives_a_known_environment() {
    ::setenv("TLSWARD_TEST_LEAK", "secret", 1);  // NOLINT(concurrency-mt-unsafe): one thread
    Command command;
    command.argv = {"/usr/bin/env"};
    command.environment = {"EXTRA=1"};
    const auto ended = run_command(command);
    CPPUNIT_ASSERT(ended->output.find("TLSWARD_TEST_LEAK") == std::string::npos);
    CPPUNIT_ASSERT(ended->output.find("EXTRA=1\n") != std::string::npos);
    CPPUNIT_ASSERT(ended->output.find("LC_ALL=C\n") != std::string::npos);
  }

  void leaks_no_descriptor_and_no_blocked_signal() {
    const int kept = ::dup(STDIN_FILENO);  // without close-on-exec, as somebody's library may open one
    const auto ended = shell("ls /proc/self/fd | wc -l; grep SigBlk /proc/self/status");
    ::close(kept);
    // 0, 1, 2 and the one that ls reads the folder by.
    CPPUNIT_ASSERT_EQUAL(std::string("4\nSigBlk:\t0000000000000000\n"), ended->output);
  }

  void keeps_no_more_than_was_asked_for() {
    Command command;
    command.argv = {"/bin/sh", "-c", "head -c 300000 /dev/zero; head -c 10 /dev/zero >&2"};
    command.max_output = 1000;
    const auto ended = run_command(command);
    CPPUNIT_ASSERT(ended->succeeded());  // it was read to its end: nobody was stopped by a full pipe
    CPPUNIT_ASSERT_EQUAL(std::size_t{1000}, ended->output.size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{10}, ended->error_output.size());
    CPPUNIT_ASSERT(ended->is_cut);
  }

  void ends_a_program_by_its_deadline() {
    const tests::TempDir dir;
    const auto began = std::chrono::steady_clock::now();
    for (const char* const script : {"sleep 60 & echo $! >PID; wait", "echo $$ >PID; yes"}) {
      std::string text = script;
      text.replace(text.find("PID"), 3, dir.at("pid"));
      const auto ended = shell(text, std::chrono::milliseconds(300));
      CPPUNIT_ASSERT_MESSAGE(script, !ended);
      CPPUNIT_ASSERT_MESSAGE(script, ended.error().code == Errc::unavailable);
      const int pid = std::atoi(read_file(dir.at("pid"), 20)->c_str());  // NOLINT(cert-err34-c)
      CPPUNIT_ASSERT_MESSAGE(script, pid > 1);
      // The grandchild's corpse may wait for init to bury it: dead is what counts.
      std::string state = "gone";
      for (int i = 0; i < 200; ++i) {
        const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat", 4096);
        state = stat ? stat->substr(stat->rfind(')') + 2, 1) : "gone";
        if (state == "gone" || state == "Z") break;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
      CPPUNIT_ASSERT_MESSAGE(script + state, state == "gone" || state == "Z");
    }
    CPPUNIT_ASSERT(std::chrono::steady_clock::now() - began < std::chrono::seconds(10));
  }

  void does_not_wait_for_a_daemon_that_was_started() {
    const auto began = std::chrono::steady_clock::now();
    const auto ended = shell("sleep 5 & echo started");
    CPPUNIT_ASSERT_EQUAL(std::string("started\n"), ended->output);
    CPPUNIT_ASSERT(std::chrono::steady_clock::now() - began < std::chrono::seconds(3));
  }

  void tells_what_ended_by_a_signal() { CPPUNIT_ASSERT_EQUAL(128 + SIGTERM, shell("kill -TERM $$")->status); }

  void says_what_cannot_be_run() {
    const tests::TempDir dir;
    Command command;
    CPPUNIT_ASSERT(run_command(command).error().code == Errc::missing);
    command.argv = {dir.at("nothing")};
    CPPUNIT_ASSERT(run_command(command).error().code == Errc::missing);
    command.argv = {dir.write("text", "no program")};
    CPPUNIT_ASSERT(run_command(command).error().code == Errc::permission);
  }

  void finds_programs_in_folders() {
    const tests::TempDir dir;
    dir.write("a/tool", "not executable");
    const std::string good = dir.write("b/tool", "x");
    CPPUNIT_ASSERT(::chmod(good.c_str(), 0755) == 0);
    std::filesystem::create_directories(dir.at("c/tool"));
    CPPUNIT_ASSERT_EQUAL(good, find_program("tool", {dir.at("a"), dir.at("c"), dir.at("b")}));
    CPPUNIT_ASSERT_EQUAL(std::string(), find_program("tool", {dir.at("a"), dir.at("c")}));
    CPPUNIT_ASSERT(!find_program("sh", program_folders()).empty());
  }

  void quotes_the_last_words() {
    const auto words = [](const char* out, const char* err) { return last_words(Ended{1, out, err, false}); };
    CPPUNIT_ASSERT_EQUAL(std::string("the reason"), words("talk\n", "first\nthe reason\n\n"));
    CPPUNIT_ASSERT_EQUAL(std::string("talk"), words("more\ntalk\r\n", "\n"));
    CPPUNIT_ASSERT_EQUAL(std::string("it did not say why"), words("", ""));
    CPPUNIT_ASSERT_EQUAL(std::string("a\\x1B[2J"), words("", "a\x1b[2J\n"));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ProcessTest);

}  // namespace tlsward::base
