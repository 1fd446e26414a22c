#include "cert/store_permissions.h"

#include <sys/stat.h>
#include <unistd.h>

#include "cert/store.h"
#include "sample.h"

namespace tlsward::cert {
namespace {

struct stat standing(mode_t mode, uid_t owner) {
  struct stat out {};
  out.st_mode = mode;
  out.st_uid = owner;
  return out;
}

void change_mode(const std::string& path, mode_t mode) {
  CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 0, ::chmod(path.c_str(), mode));
}

}  // namespace

class StorePermissionsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(StorePermissionsTest);
  CPPUNIT_TEST(judges_by_mode);
  CPPUNIT_TEST(judges_by_owner);
  CPPUNIT_TEST(names_the_command_that_mends_it);
  CPPUNIT_TEST(finds_nothing_in_a_store_as_it_is_made);
  CPPUNIT_TEST(finds_each_key_wherever_it_lies);
  CPPUNIT_TEST(does_not_work_in_foreign_hands);
  CPPUNIT_TEST_SUITE_END();

 public:
  void judges_by_mode() {
    struct Row {
      mode_t mode;
      bool is_secret;
      bool is_wrong;
    };
    for (const auto& [mode, is_secret, is_wrong] :
         {Row{S_IFREG | 0600, true, false}, Row{S_IFREG | 0400, true, false}, Row{S_IFREG | 0640, true, true},
          Row{S_IFREG | 0604, true, true}, Row{S_IFREG | 0610, true, true}, Row{S_IFDIR | 0700, true, false},
          Row{S_IFDIR | 0711, true, true}, Row{S_IFREG | 0644, false, false},
          Row{S_IFREG | 0664, false, true}, Row{S_IFREG | 0646, false, true},
          Row{S_IFLNK | 0777, true, false}}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(mode), is_wrong,
                                   !check_standing(standing(mode, 0), is_secret, "f").empty());
    }
  }

  void judges_by_owner() {
    CPPUNIT_ASSERT(check_standing(standing(S_IFREG | 0600, ::geteuid()), true, "f").empty());
    const uid_t stranger = ::geteuid() + 1234;
    const base::Findings found = check_standing(standing(S_IFREG | 0640, stranger), true, "f");
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, found.size());
    CPPUNIT_ASSERT_EQUAL(
        "belongs to user " + std::to_string(stranger) + ", who can read and change it at any time",
        found[0].text);
    CPPUNIT_ASSERT_EQUAL(std::string("chown root 'f'"), found[0].hint);
  }

  void names_the_command_that_mends_it() {
    const base::Findings found = check_standing(standing(S_IFREG | 0666, 0), true, "it's \x1B[2J.pem");
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, found.size());
    CPPUNIT_ASSERT_EQUAL(std::string("key-permissions"), found[0].check);
    CPPUNIT_ASSERT(found[0].severity == base::Severity::warning);
    CPPUNIT_ASSERT_EQUAL(std::string("can be changed by others (mode 0666)"), found[0].text);
    CPPUNIT_ASSERT_EQUAL(std::string("chmod 0600 'it'\\''s \\x1B[2J.pem'"), found[0].hint);
  }

  void finds_nothing_in_a_store_as_it_is_made() {
    const TestStore test;
    test.install("a");
    const StoreLock lock = test.lock();
    const Sample two({"rsa", "ecdsa"}, "x");
    must(test.store.add(lock, two.deployment()));
    CPPUNIT_ASSERT(must(test.store.check_permissions()).empty());
  }

  void finds_each_key_wherever_it_lies() {
    const TestStore test;
    {
      const StoreLock lock = test.lock();
      const Sample two({"rsa", "ecdsa"}, "x");
      must(test.store.add(lock, two.deployment()));
      must(test.store.waiting_keys().add(
          lock, {"mx", at(), "rsa", {}, some_sha256('a'), two.key(0), two.fullchain(0)}));
    }
    const std::vector<std::string> wrong = {"deployments/0001", "deployments/0001/ecdsa/key.pem",
                                            "deployments/0001/keychain.pem", "waiting/mx/key.pem"};
    for (const std::string& name : wrong) change_mode(test.path(name), name.ends_with(".pem") ? 0604 : 0750);
    change_mode(test.path("waiting/mx/request.pem"), 0666);
    const base::Findings found = must(test.store.check_permissions());
    CPPUNIT_ASSERT_EQUAL(std::size_t{5}, found.size());
    for (std::size_t i = 0; i < wrong.size(); ++i) CPPUNIT_ASSERT_EQUAL(test.path(wrong[i]), found[i].file);
    CPPUNIT_ASSERT_EQUAL("chmod 0644 '" + test.path("waiting/mx/request.pem") + "'", found[4].hint);
  }

  void does_not_work_in_foreign_hands() {
    const TestStore test;
    test.install("a");
    for (const char* const name : {"", "deployments"}) {
      const std::string path = test.path(name);
      change_mode(path, 0720);
      const auto got = test.store.lock("x", std::chrono::milliseconds(0), at());
      CPPUNIT_ASSERT_MESSAGE(name, !got && got.error().code == base::Errc::permission);
      CPPUNIT_ASSERT(got.error().text.starts_with("can be changed by others (mode 0720): chmod 0700 '"));
      change_mode(path, 0755);  // to be read is bad enough, and no reason to stop
      CPPUNIT_ASSERT_MESSAGE(name, test.store.lock("x", std::chrono::milliseconds(0), at()).operator bool());
      change_mode(path, 0700);
    }
    if (::geteuid() != 0) return;
    CPPUNIT_ASSERT_EQUAL(0, ::chown(test.path("").c_str(), 12345, 0));
    const auto got = test.store.lock("x", std::chrono::milliseconds(0), at());
    CPPUNIT_ASSERT(!got && got.error().text.starts_with("belongs to user 12345"));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StorePermissionsTest);

}  // namespace tlsward::cert
