#include "cert/waiting_keys.h"

#include <filesystem>

#include "cert/store.h"
#include "sample.h"

namespace tlsward::cert {
namespace {

using base::Errc;

const char* const kKeyText = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n";
const char* const kRequestText =
    "-----BEGIN CERTIFICATE REQUEST-----\nabc\n-----END CERTIFICATE REQUEST-----\n";

NewWaitingKey sample(const std::string& name, char digit, int seconds = 0) {
  return {name, at(seconds), "ecdsa:p256", {"mx.example.org"}, some_sha256(digit), kKeyText, kRequestText};
}

}  // namespace

class WaitingKeysTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(WaitingKeysTest);
  CPPUNIT_TEST(a_key_is_read_back);
  CPPUNIT_TEST(is_found_by_its_public_key);
  CPPUNIT_TEST(several_by_one_name_get_names_of_their_own);
  CPPUNIT_TEST(refuses_what_must_not_wait);
  CPPUNIT_TEST(a_broken_one_is_listed_and_not_found);
  CPPUNIT_TEST(is_removed_whole);
  CPPUNIT_TEST_SUITE_END();

 public:
  void a_key_is_read_back() {
    const TestStore test;
    const StoreLock lock = test.lock();
    const WaitingKeys keys = test.store.waiting_keys();
    CPPUNIT_ASSERT_EQUAL(std::string("mx.example.org"), must(keys.add(lock, sample("mx.example.org", 'a'))));
    CPPUNIT_ASSERT_EQUAL(std::string("about.json key.pem request.pem"),
                         names_in(test.path("waiting/mx.example.org")));
    CPPUNIT_ASSERT_EQUAL(mode_t{0600}, mode_of(test.path("waiting/mx.example.org/key.pem")));
    CPPUNIT_ASSERT_EQUAL(mode_t{0700}, mode_of(test.path("waiting/mx.example.org")));
    const auto all = must(keys.list());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, all.size());
    CPPUNIT_ASSERT(all[0].is_complete && all[0].about.made_at == at() &&
                   all[0].about.key_type == "ecdsa:p256");
    CPPUNIT_ASSERT(all[0].about.names == std::vector<std::string>({"mx.example.org"}));
    CPPUNIT_ASSERT(must(keys.read_key("mx.example.org")).view() == kKeyText);
    CPPUNIT_ASSERT_EQUAL(std::string(kRequestText), must(keys.read_request("mx.example.org")));
    CPPUNIT_ASSERT(keys.read_key("../deployments").error().code == Errc::range);
    CPPUNIT_ASSERT(keys.read_request("mx2.example.org").error().code == Errc::missing);
  }

  void is_found_by_its_public_key() {
    const TestStore test;
    const StoreLock lock = test.lock();
    const WaitingKeys keys = test.store.waiting_keys();
    must(keys.add(lock, sample("one", 'a')));
    must(keys.add(lock, sample("two", 'b')));
    must(keys.add(lock, sample("three", 'b', 5)));
    must(keys.add(lock, sample("four", 'b', 1)));
    CPPUNIT_ASSERT_EQUAL(std::string("one"), must(keys.find(some_sha256('a')))->name);
    CPPUNIT_ASSERT_EQUAL(std::string("three"), must(keys.find(some_sha256('b')))->name);
    CPPUNIT_ASSERT(!must(keys.find(some_sha256('c'))));
    CPPUNIT_ASSERT(!must(keys.find("")));
  }

  void several_by_one_name_get_names_of_their_own() {
    const TestStore test;
    const StoreLock lock = test.lock();
    const WaitingKeys keys = test.store.waiting_keys();
    for (const char* const want : {"mx", "mx-2", "mx-3"})
      CPPUNIT_ASSERT_EQUAL(std::string(want), must(keys.add(lock, sample("mx", 'a'))));
    must(keys.remove(lock, "mx-2"));
    CPPUNIT_ASSERT_EQUAL(std::string("mx-2"), must(keys.add(lock, sample("mx", 'a'))));
  }

  void refuses_what_must_not_wait() {
    const TestStore test;
    const StoreLock lock = test.lock();
    const WaitingKeys keys = test.store.waiting_keys();
    for (const char* const name : {"", "..", ".new-x", "*.example.org", "MX", "a/b"})
      CPPUNIT_ASSERT_MESSAGE(name, keys.add(lock, sample(name, 'a')).error().code == Errc::range);
    NewWaitingKey files = sample("mx", 'A');
    CPPUNIT_ASSERT(keys.add(lock, files).error().code == Errc::range);
    files = sample("mx", 'a');
    files.request = kKeyText;
    CPPUNIT_ASSERT(keys.add(lock, files).error().code == Errc::parse);
    files = sample("mx", 'a');
    files.key = kRequestText;
    CPPUNIT_ASSERT(keys.add(lock, files).error().code == Errc::parse);
    files = sample("mx", 'a');
    files.names.assign(1001, "x");
    CPPUNIT_ASSERT(keys.add(lock, files).error().code == Errc::range);
    // As long as its folder's name may be, with no room for what is put before it while it is made.
    CPPUNIT_ASSERT_EQUAL(std::string(200, 'x'), must(keys.add(lock, sample(std::string(200, 'x'), 'a'))));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, must(keys.list()).size());
  }

  void a_broken_one_is_listed_and_not_found() {
    const TestStore test;
    const StoreLock lock = test.lock();
    const WaitingKeys keys = test.store.waiting_keys();
    must(keys.add(lock, sample("mx", 'a')));
    std::filesystem::resize_file(test.path("waiting/mx/key.pem"), 3);
    const auto all = must(keys.list());
    CPPUNIT_ASSERT_EQUAL(std::string("key.pem is not what was written"), all.at(0).fault);
    CPPUNIT_ASSERT(!all[0].is_complete && !must(keys.find(some_sha256('a'))));
  }

  void is_removed_whole() {
    const TestStore test;
    const StoreLock lock = test.lock();
    const WaitingKeys keys = test.store.waiting_keys();
    must(keys.add(lock, sample("mx", 'a')));
    must(keys.remove(lock, "mx"));
    CPPUNIT_ASSERT_EQUAL(std::string(), names_in(test.path("waiting")));
    const auto again = keys.remove(lock, "mx");
    CPPUNIT_ASSERT(!again && again.error().code == Errc::missing);
    CPPUNIT_ASSERT_EQUAL(std::string("there is no waiting key mx"), again.error().text);
    CPPUNIT_ASSERT(keys.remove(lock, "../deployments").error().code == Errc::range);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WaitingKeysTest);

}  // namespace tlsward::cert
