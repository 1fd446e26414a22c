#include "cert/store.h"

#include <unistd.h>

#include <filesystem>

#include "cert/store_layout.h"
#include "sample.h"

namespace tlsward::cert {
namespace {

using base::Errc;

std::string message_of(const base::Result<int>& result) {
  return result ? "" : result.error().message();
}

}  // namespace

class StoreTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(StoreTest);
  CPPUNIT_TEST(is_made_only_if_asked_to);
  CPPUNIT_TEST(one_identity_lies_directly);
  CPPUNIT_TEST(several_identities_lie_in_folders);
  CPPUNIT_TEST(a_deployment_is_read_back);
  CPPUNIT_TEST(refuses_what_must_not_be_stored);
  CPPUNIT_TEST(a_refused_deployment_leaves_nothing);
  CPPUNIT_TEST(sees_what_is_not_whole);
  CPPUNIT_TEST(follows_no_planted_link);
  CPPUNIT_TEST(gives_each_number_once);
  CPPUNIT_TEST(removes_what_a_killed_run_left);
  CPPUNIT_TEST(an_empty_store_has_nothing);
  CPPUNIT_TEST_SUITE_END();

 public:
  void is_made_only_if_asked_to() {
    const tests::TempDir dir;
    CPPUNIT_ASSERT(Store::open(dir.at("tls"), Store::Missing::is_error).error().code == Errc::missing);
    CPPUNIT_ASSERT(!std::filesystem::exists(dir.at("tls")));
    must(Store::open(dir.at("tls"), Store::Missing::make));
    CPPUNIT_ASSERT_EQUAL(mode_t{0700}, mode_of(dir.at("tls")));
    must(Store::open(dir.at("tls"), Store::Missing::make));
    const auto deeper = Store::open(dir.at("no/tls"), Store::Missing::make);
    CPPUNIT_ASSERT(!deeper && deeper.error().code == Errc::missing);
    CPPUNIT_ASSERT_EQUAL(dir.at("no") + ": is missing: make it first", deeper.error().message());
    dir.write("file", "");
    CPPUNIT_ASSERT(Store::open(dir.at("file"), Store::Missing::make).error().code == Errc::config);
    must(Store::open(dir.at("slashes") + "//", Store::Missing::make));
    CPPUNIT_ASSERT_EQUAL(mode_t{0700}, mode_of(dir.at("slashes")));
  }

  void one_identity_lies_directly() {
    const TestStore test;
    const Sample sample({"rsa"}, "x");
    const StoreLock lock = test.lock();
    CPPUNIT_ASSERT_EQUAL(1, must(test.store.add(lock, sample.deployment())));
    CPPUNIT_ASSERT_EQUAL(std::string("deployments lock"), names_in(test.path("")));
    CPPUNIT_ASSERT(!must(test.store.links()).live);
    must(test.store.make_live(lock, 1));
    CPPUNIT_ASSERT_EQUAL(std::string("about.json cert.pem chain.pem fullchain.pem key.pem keychain.pem"),
                         names_in(test.path("live")));
    CPPUNIT_ASSERT_EQUAL(sample.key(0), read_text(test.path("live/key.pem")));
    CPPUNIT_ASSERT_EQUAL(sample.fullchain(0), read_text(test.path("live/fullchain.pem")));
    CPPUNIT_ASSERT_EQUAL(sample.key(0) + sample.fullchain(0),
                         read_text(test.store.live_path("keychain.pem")));
    CPPUNIT_ASSERT_EQUAL(mode_t{0600}, mode_of(test.path("live/key.pem")));
    CPPUNIT_ASSERT_EQUAL(mode_t{0600}, mode_of(test.path("live/keychain.pem")));
    CPPUNIT_ASSERT_EQUAL(mode_t{0644}, mode_of(test.path("live/fullchain.pem")));
    CPPUNIT_ASSERT_EQUAL(mode_t{0700}, mode_of(test.path("deployments/0001")));
  }

  void several_identities_lie_in_folders() {
    const TestStore test;
    const Sample sample({"rsa", "ecdsa"}, "x");
    const StoreLock lock = test.lock();
    must(test.store.make_live(lock, must(test.store.add(lock, sample.deployment()))));
    CPPUNIT_ASSERT_EQUAL(std::string("about.json ecdsa keychain.pem rsa"), names_in(test.path("live")));
    CPPUNIT_ASSERT_EQUAL(std::string("cert.pem chain.pem fullchain.pem key.pem"),
                         names_in(test.path("live/ecdsa")));
    CPPUNIT_ASSERT_EQUAL(sample.key(1), read_text(test.path("live/ecdsa/key.pem")));
    // In the order that they were given: Postfix prefers by it where a client leaves it the choice.
    CPPUNIT_ASSERT_EQUAL(sample.key(0) + sample.fullchain(0) + sample.key(1) + sample.fullchain(1),
                         read_text(test.path("live/keychain.pem")));
    CPPUNIT_ASSERT_EQUAL(mode_t{0600}, mode_of(test.path("live/rsa/key.pem")));
    CPPUNIT_ASSERT_EQUAL(mode_t{0700}, mode_of(test.path("live/rsa")));
  }

  void a_deployment_is_read_back() {
    const TestStore test;
    Sample sample({"rsa", "ecdsa"}, "x");
    sample.deployment().mark = "self-signed";
    sample.deployment().made_at = at(7);
    const StoreLock lock = test.lock();
    must(test.store.add(lock, sample.deployment()));
    const Deployment found = must(test.store.deployment(1));
    CPPUNIT_ASSERT_EQUAL(std::string(), found.fault);
    CPPUNIT_ASSERT(found.is_complete && !found.is_live && !found.is_previous && found.number == 1);
    CPPUNIT_ASSERT(found.about.made_at == at(7) && found.about.mark == "self-signed" &&
                   found.about.source == "test x");
    CPPUNIT_ASSERT_EQUAL(std::string("ecdsa"), found.about.identities.at(1).name);
    CPPUNIT_ASSERT_EQUAL(some_sha256('b'), found.about.identities.at(1).certificate_sha256);
    CPPUNIT_ASSERT_EQUAL(some_sha256('1'), found.about.identities.at(1).public_key_sha256);
    CPPUNIT_ASSERT_EQUAL(sample.fullchain(1), must(test.store.read_public(found, "ecdsa", kFullchain)));
    CPPUNIT_ASSERT(must(test.store.read_key(found, "rsa")).view() == sample.key(0));
    CPPUNIT_ASSERT(test.store.read_public(found, "rsa", kKey).error().code == Errc::range);
    CPPUNIT_ASSERT(test.store.read_public(found, "..", kChain).error().code == Errc::missing);
    CPPUNIT_ASSERT(test.store.read_key(found, "ed25519").error().code == Errc::missing);
    CPPUNIT_ASSERT(test.store.deployment(2).error().code == Errc::missing);
  }

  void refuses_what_must_not_be_stored() {
    const TestStore test;
    const StoreLock lock = test.lock();
    const std::string key = Sample({"rsa"}, "x").key(0);
    const std::string both = Sample({"rsa"}, "x").fullchain(0) + key;
    struct Row {
      const char* want;
      void (*spoil)(NewDeployment&, const std::string& text);
      std::string text;
    };
    const std::vector<Row> rows = {
        {"rsa cert.pem: has a private key in it, and others may read that file",
         [](NewDeployment& d, const std::string& t) { d.identities[0].certificate = t; }, both},
        {"rsa chain.pem: has a private key in it, and others may read that file",
         [](NewDeployment& d, const std::string& t) { d.identities[0].chain = t; }, both},
        {"rsa cert.pem: is not PEM",
         [](NewDeployment& d, const std::string&) { d.identities[0].certificate = ""; },
         {}},
        {"rsa cert.pem: is not PEM",
         [](NewDeployment& d, const std::string& t) { d.identities[0].certificate = t; },
         "text\n" + Sample({"rsa"}, "x").fullchain(0)},
        {"rsa key.pem: is not one unencrypted PKCS#8 key in PEM",
         [](NewDeployment& d, const std::string& t) { d.identities[0].key = t; },
         "-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----\n"},
        {"rsa key.pem: is not one unencrypted PKCS#8 key in PEM",
         [](NewDeployment& d, const std::string& t) { d.identities[0].key = t; },
         "-----BEGIN ENCRYPTED PRIVATE KEY-----\nx\n-----END ENCRYPTED PRIVATE KEY-----\n"},
        {"rsa key.pem: is not one unencrypted PKCS#8 key in PEM",
         [](NewDeployment& d, const std::string& t) { d.identities[0].key = t; }, key + key},
        {"rsa key.pem: is not one unencrypted PKCS#8 key in PEM",
         [](NewDeployment& d, const std::string& t) { d.identities[0].key = t; },
         key.substr(0, key.size() - 1)},
        {"rsa key.pem: is not one unencrypted PKCS#8 key in PEM",
         [](NewDeployment& d, const std::string& t) { d.identities[0].key = t; },
         "-----BEGIN PRIVATE KEY-----\n" + std::string(1U << 20U, 'x') + "\n-----END PRIVATE KEY-----\n"},
        {"../rsa: cannot name an identity: lower-case letters, digits and hyphens can",
         [](NewDeployment& d, const std::string&) { d.identities[0].name = "../rsa"; },
         {}},
        {"rsa: is the name of two identities",
         [](NewDeployment& d, const std::string&) { d.identities.push_back(d.identities[0]); },
         {}},
        {"rsa: has a fingerprint that is no SHA-256 in hexadecimal",
         [](NewDeployment& d, const std::string&) { d.identities[0].public_key_sha256 = "abc"; },
         {}},
        {"a deployment has 1 to 8 identities",
         [](NewDeployment& d, const std::string&) { d.identities.clear(); },
         {}},
        {"source: is longer than 1024 bytes",
         [](NewDeployment& d, const std::string&) { d.source = std::string(1025, 'x'); },
         {}},
    };
    for (const Row& row : rows) {
      Sample sample({"rsa"}, "x");
      row.spoil(sample.deployment(), row.text);
      CPPUNIT_ASSERT_EQUAL(std::string(row.want), message_of(test.store.add(lock, sample.deployment())));
    }
    CPPUNIT_ASSERT_EQUAL(std::string("lock"), names_in(test.path("")));
  }

  void a_refused_deployment_leaves_nothing() {
    const TestStore test;
    test.install("first");
    const StoreLock lock = test.lock();
    Sample sample({"rsa"}, "x");
    sample.deployment().identities[0].key = "not a key";
    CPPUNIT_ASSERT(!test.store.add(lock, sample.deployment()));
    CPPUNIT_ASSERT_EQUAL(std::string("0001"), names_in(test.path("deployments")));
    // An empty chain is none, and no error.
    Sample bare({"rsa"}, "x");
    bare.deployment().identities[0].chain = {};
    CPPUNIT_ASSERT_EQUAL(2, must(test.store.add(lock, bare.deployment())));
    CPPUNIT_ASSERT(must(test.store.deployment(2)).is_complete);
    CPPUNIT_ASSERT_EQUAL(std::string(), read_text(test.path("deployments/0002/chain.pem")));
  }

  void sees_what_is_not_whole() {
    struct Row {
      const char* want;
      void (*spoil)(const std::string& deployment);
    };
    for (const auto& [want, spoil] : {
             Row{"key.pem is missing", [](const std::string& d) { std::filesystem::remove(d + "/key.pem"); }},
             Row{"cert.pem is not what was written",
                 [](const std::string& d) { std::filesystem::resize_file(d + "/cert.pem", 10); }},
             Row{"keychain.pem is not what was written",
                 [](const std::string& d) { std::filesystem::resize_file(d + "/keychain.pem", 0); }},
             Row{"about.json is no JSON",
                 [](const std::string& d) { std::filesystem::resize_file(d + "/about.json", 50); }},
             Row{"cannot open", [](const std::string& d) { std::filesystem::remove(d + "/about.json"); }},
             Row{"chain.pem: is no regular file",
                 [](const std::string& d) {
                   std::filesystem::remove(d + "/chain.pem");
                   std::filesystem::create_symlink("cert.pem", d + "/chain.pem");
                 }},
         }) {
      const TestStore test;
      test.install("first");
      test.install("second");
      spoil(test.path("deployments/0001"));
      const Deployment found = must(test.store.deployment(1));
      CPPUNIT_ASSERT_MESSAGE(want, !found.is_complete);
      CPPUNIT_ASSERT_MESSAGE(found.fault, found.fault.find(want) != std::string::npos);
      const StoreLock lock = test.lock();
      const auto got = test.store.make_live(lock, 1);
      CPPUNIT_ASSERT_MESSAGE(want, !got && got.error().code == Errc::conflict);
      CPPUNIT_ASSERT_EQUAL(2, must(test.store.links()).live.value_or(0));
      CPPUNIT_ASSERT(!rollback_target(must(test.store.list())));
    }
  }

  void follows_no_planted_link() {
    const TestStore test;
    test.install("first");
    const tests::TempDir elsewhere;
    elsewhere.write("0002/about.json", "{}");
    std::filesystem::create_symlink(elsewhere.at("0002"), test.path("deployments/0002"));
    const auto all = must(test.store.list());
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, all.size());
    CPPUNIT_ASSERT(!all[1].is_complete && all[1].fault.find("is no folder") != std::string::npos);
    std::filesystem::rename(test.path("deployments"), test.path("moved"));
    std::filesystem::create_symlink(elsewhere.path(), test.path("deployments"));
    CPPUNIT_ASSERT(test.store.list().error().code == Errc::config);
    CPPUNIT_ASSERT(test.store.lock("x", std::chrono::milliseconds(0), at()).error().code == Errc::config);
    for (const char* const target : {"../../etc", "/etc", "deployments/1", "deployments/0001/.."}) {
      std::filesystem::remove(test.path("live"));
      std::filesystem::create_symlink(target, test.path("live"));
      const auto links = test.store.links();
      CPPUNIT_ASSERT_MESSAGE(target, !links && links.error().code == Errc::config);
    }
    CPPUNIT_ASSERT_EQUAL(std::string("0002"), names_in(elsewhere.path()));
  }

  void gives_each_number_once() {
    const TestStore test;
    for (int i = 1; i <= 3; ++i) CPPUNIT_ASSERT_EQUAL(i, test.install("x"));
    std::filesystem::create_directory(test.path("deployments/9999"));
    CPPUNIT_ASSERT_EQUAL(10000, test.install("x"));
    CPPUNIT_ASSERT_EQUAL(10001, test.install("x"));
    CPPUNIT_ASSERT_EQUAL(10001, must(test.store.list()).back().number);
    std::filesystem::create_directory(test.path("deployments/999999999"));
    const StoreLock lock = test.lock();
    const Sample sample({"rsa"}, "x");
    CPPUNIT_ASSERT(test.store.add(lock, sample.deployment()).error().code == Errc::range);
  }

  void removes_what_a_killed_run_left() {
    const TestStore test;
    test.install("first");
    test.folder.write("tls/deployments/.new-0002/rsa/key.pem", "half");
    test.folder.write("tls/deployments/.old-0007/key.pem", "half");
    test.folder.write("tls/waiting/.new-mx.example.org/key.pem", "half");
    std::filesystem::create_symlink("deployments/0002", test.path(".new-live"));
    std::filesystem::permissions(test.path("waiting"), std::filesystem::perms::owner_all);
    test.folder.write("tls/.swp", "of somebody else");
    test.folder.write("tls/deployments/.new-thing/x", "of somebody else");
    { CPPUNIT_ASSERT(test.lock().leftover_problem() == nullptr); }
    CPPUNIT_ASSERT_EQUAL(std::string(".swp deployments live lock waiting"), names_in(test.path("")));
    CPPUNIT_ASSERT_EQUAL(std::string(".new-thing 0001"), names_in(test.path("deployments")));
    CPPUNIT_ASSERT_EQUAL(std::string(), names_in(test.path("waiting")));
    // What it cannot remove is told and does not stop anybody.
    test.folder.write("tls/deployments/.new-0002/a/b/c/d/e", "deep");
    const StoreLock lock = test.lock();
    CPPUNIT_ASSERT(lock.leftover_problem() != nullptr && lock.leftover_problem()->code == Errc::config);
  }

  void an_empty_store_has_nothing() {
    const TestStore test;
    CPPUNIT_ASSERT(must(test.store.list()).empty());
    CPPUNIT_ASSERT(must(test.store.links()) == Links{});
    CPPUNIT_ASSERT(must(test.store.waiting_keys().list()).empty());
    CPPUNIT_ASSERT(!must(test.store.waiting_keys().find(some_sha256('a'))));
    CPPUNIT_ASSERT(must(test.store.check_permissions()).empty());
    CPPUNIT_ASSERT_EQUAL(std::string(), names_in(test.path("")));
    const StoreLock lock = test.lock();
    CPPUNIT_ASSERT(test.store.make_live(lock, 1).error().code == Errc::missing);
    CPPUNIT_ASSERT(test.store.remove(lock, 1).error().code == Errc::missing);
    CPPUNIT_ASSERT(must(test.store.prune(lock, 0)).empty());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoreTest);

}  // namespace tlsward::cert
