#include "cert/store_lock.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <thread>

#include "cert/store_layout.h"
#include "sample.h"

namespace tlsward::cert {
namespace {

using std::chrono::milliseconds;

LockHolder holder() {
  return {::getpid(), "install", at()};
}

Folder folder_of(const tests::TempDir& dir) {
  return must(Folder::open(dir.path()));
}

}  // namespace

class StoreLockTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(StoreLockTest);
  CPPUNIT_TEST(tells_who_holds_it);
  CPPUNIT_TEST(reads_back_who_holds_it);
  CPPUNIT_TEST(waits_for_its_turn);
  CPPUNIT_TEST(ends_with_its_process);
  CPPUNIT_TEST(is_told_of_strange_holders_harmlessly);
  CPPUNIT_TEST(follows_no_link);
  CPPUNIT_TEST(leaves_no_line_of_a_longer_holder);
  CPPUNIT_TEST_SUITE_END();

 public:
  void tells_who_holds_it() {
    const tests::TempDir dir;
    const Folder folder = folder_of(dir);
    const StoreLock held = must(StoreLock::take(folder, holder(), milliseconds(0)));
    CPPUNIT_ASSERT_EQUAL(mode_t{0600}, mode_of(dir.at("lock")));
    const auto second = StoreLock::take(folder, {1, "prune", at()}, milliseconds(0));
    CPPUNIT_ASSERT(!second);
    CPPUNIT_ASSERT(second.error().code == base::Errc::conflict);
    CPPUNIT_ASSERT_EQUAL("`tlsward cert install` (process " + std::to_string(::getpid()) +
                             ") works on the store since 2026-11-22T10:00:00Z: try again when it is done",
                         second.error().text);
  }

  void reads_back_who_holds_it() {
    const auto back = parse_lock_holder(render_lock_holder({42, "self-signed --days 7", at()}));
    CPPUNIT_ASSERT(back && back->pid == 42 && back->verb == "self-signed --days 7" && back->since == at());
    for (const char* const bad :
         {"", "42", "42 install", "x install 2026-11-22T10:00:00Z", "42 install yesterday",
          " install 2026-11-22T10:00:00Z", "99999999999 install 2026-11-22T10:00:00Z", "\n\n\n"}) {
      CPPUNIT_ASSERT_MESSAGE(bad, !parse_lock_holder(bad));
    }
  }

  void waits_for_its_turn() {
    const tests::TempDir dir;
    const Folder folder = folder_of(dir);
    auto held = std::make_unique<StoreLock>(must(StoreLock::take(folder, holder(), milliseconds(0))));
    const auto began = std::chrono::steady_clock::now();
    CPPUNIT_ASSERT(!StoreLock::take(folder, holder(), milliseconds(120)));
    CPPUNIT_ASSERT(std::chrono::steady_clock::now() - began >= milliseconds(120));
    std::thread release([&] {
      std::this_thread::sleep_for(milliseconds(100));
      held.reset();
    });
    const auto second = StoreLock::take(folder, holder(), milliseconds(20000));
    release.join();
    CPPUNIT_ASSERT(static_cast<bool>(second));
    CPPUNIT_ASSERT(std::chrono::steady_clock::now() - began < milliseconds(15000));
  }

  void ends_with_its_process() {
    const tests::TempDir dir;
    std::array<int, 2> ready{};
    CPPUNIT_ASSERT_EQUAL(0, ::pipe(ready.data()));
    const pid_t child = ::fork();
    if (child == 0) {
      const Folder folder = folder_of(dir);
      const auto held = StoreLock::take(folder, {::getpid(), "prune", at()}, milliseconds(0));
      const ssize_t told = ::write(ready[1], held ? "y" : "n", 1);
      if (told == 1) ::pause();
      ::_exit(0);
    }
    char answer = 0;
    CPPUNIT_ASSERT_EQUAL(ssize_t{1}, ::read(ready[0], &answer, 1));
    CPPUNIT_ASSERT_EQUAL('y', answer);
    const Folder folder = folder_of(dir);
    const auto refused = StoreLock::take(folder, holder(), milliseconds(0));
    CPPUNIT_ASSERT(!refused);
    CPPUNIT_ASSERT(refused.error().text.find("process " + std::to_string(child) + ")") != std::string::npos);
    ::kill(child, SIGKILL);
    int status = 0;
    CPPUNIT_ASSERT_EQUAL(child, ::waitpid(child, &status, 0));
    CPPUNIT_ASSERT(static_cast<bool>(StoreLock::take(folder, holder(), milliseconds(0))));
    ::close(ready[0]);
    ::close(ready[1]);
  }

  void is_told_of_strange_holders_harmlessly() {
    const tests::TempDir dir;
    const Folder folder = folder_of(dir);
    const StoreLock held = must(StoreLock::take(folder, holder(), milliseconds(0)));
    dir.write("lock", "7 \x1B[2Jevil\x07 2026-11-22T10:00:00Z\n");
    auto second = StoreLock::take(folder, holder(), milliseconds(0));
    CPPUNIT_ASSERT(!second && second.error().text.find("\\x1B[2Jevil\\x07") != std::string::npos);
    CPPUNIT_ASSERT(second.error().text.find('\x1B') == std::string::npos);
    dir.write("lock", std::string(100000, 'x'));
    second = StoreLock::take(folder, holder(), milliseconds(0));
    CPPUNIT_ASSERT(!second && second.error().text.starts_with("another run of tlsward works on the store"));
  }

  void follows_no_link() {
    const tests::TempDir dir;
    dir.write("precious", "content");
    std::filesystem::create_symlink("precious", dir.at("lock"));
    const Folder folder = folder_of(dir);
    auto got = StoreLock::take(folder, holder(), milliseconds(0));
    CPPUNIT_ASSERT(!got && got.error().code == base::Errc::config);
    CPPUNIT_ASSERT_EQUAL(std::string("content"), read_text(dir.at("precious")));
    std::filesystem::remove(dir.at("lock"));
    CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(dir.at("lock").c_str(), 0600));
    got = StoreLock::take(folder, holder(), milliseconds(0));
    CPPUNIT_ASSERT(!got && got.error().code == base::Errc::config);
  }

  void leaves_no_line_of_a_longer_holder() {
    const tests::TempDir dir;
    const Folder folder = folder_of(dir);
    {
      const StoreLock first =
          must(StoreLock::take(folder, {1, "a-long-name-of-a-verb", at()}, milliseconds(0)));
    }
    const StoreLock second = must(StoreLock::take(folder, {1, "x", at()}, milliseconds(0)));
    CPPUNIT_ASSERT_EQUAL(std::string("1 x 2026-11-22T10:00:00Z\n"), read_text(dir.at("lock")));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoreLockTest);

}  // namespace tlsward::cert
