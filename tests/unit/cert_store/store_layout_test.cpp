#include "cert/store_layout.h"

#include <cppunit/extensions/HelperMacros.h>

#include <vector>

namespace tlsward::cert {

class StoreLayoutTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(StoreLayoutTest);
  CPPUNIT_TEST(numbers_have_one_spelling);
  CPPUNIT_TEST(links_point_at_deployments_and_nowhere_else);
  CPPUNIT_TEST(names_cannot_lead_out_of_a_folder);
  CPPUNIT_TEST(knows_its_own_leftovers_only);
  CPPUNIT_TEST(one_identity_lies_directly_several_in_folders);
  CPPUNIT_TEST(knows_which_files_hold_keys);
  CPPUNIT_TEST_SUITE_END();

 public:
  void numbers_have_one_spelling() {
    for (const int number : {1, 7, 9999, 10000, 123456, kMaxNumber})
      CPPUNIT_ASSERT_EQUAL(number, parse_deployment_name(deployment_name(number)).value_or(0));
    CPPUNIT_ASSERT_EQUAL(std::string("0007"), deployment_name(7));
    for (const char* const bad : {"", "7", "007", "00007", "0000", "010000", "1000000000", "-001", "+007",
                                  " 007", "0007 ", "000x", ".new-0007", "9999999999999999999999"}) {
      CPPUNIT_ASSERT_MESSAGE(bad, !parse_deployment_name(bad));
    }
  }

  void links_point_at_deployments_and_nowhere_else() {
    CPPUNIT_ASSERT_EQUAL(std::string("deployments/0012"), link_target(12));
    CPPUNIT_ASSERT_EQUAL(12, parse_link_target("deployments/0012").value_or(0));
    for (const char* const bad :
         {"", "0012", "deployments", "deployments/", "deployments0012", "deployments//0012",
          "/deployments/0012", "./deployments/0012", "deployments/../../etc", "deployments/0012/",
          "deployments/.new-0012", "waiting/0012"}) {
      CPPUNIT_ASSERT_MESSAGE(bad, !parse_link_target(bad));
    }
  }

  void names_cannot_lead_out_of_a_folder() {
    for (const char* const good : {"rsa", "ecdsa", "ed25519", "rsa-pss", "a"})
      CPPUNIT_ASSERT_MESSAGE(good, is_identity_name(good));
    for (const char* const bad : {"", ".", "..", "a/b", "../x", "RSA", "key.pem", "a b", "a\n", "\xC3\xA4"})
      CPPUNIT_ASSERT_MESSAGE(bad, !is_identity_name(bad));
    CPPUNIT_ASSERT(!is_identity_name(std::string(33, 'a')));
    for (const char* const good :
         {"mx.example.org", "mx.example.org-2", "_dmarc", "a..b", "xn--mller-kva.de"})
      CPPUNIT_ASSERT_MESSAGE(good, is_waiting_name(good));
    for (const char* const bad : {"", ".", "..", ".new-x", "a/b", "/", "*.example.org", "MX", "a b", "\x1B"})
      CPPUNIT_ASSERT_MESSAGE(bad, !is_waiting_name(bad));
    CPPUNIT_ASSERT(!is_waiting_name(std::string_view("a\0b", 3)));
    CPPUNIT_ASSERT(is_waiting_name(std::string(200, 'a')) && !is_waiting_name(std::string(201, 'a')));
    CPPUNIT_ASSERT(is_sha256(std::string(64, 'f')) && !is_sha256(std::string(63, 'f')) &&
                   !is_sha256(std::string(64, 'F')) && !is_sha256(std::string(64, 'g')));
  }

  void knows_its_own_leftovers_only() {
    CPPUNIT_ASSERT(is_leftover_deployment(".new-0007") && is_leftover_deployment(".old-0007"));
    CPPUNIT_ASSERT(is_leftover_link(".new-live") && is_leftover_link(".new-previous"));
    CPPUNIT_ASSERT(is_leftover_waiting(".new-mx.example.org") && is_leftover_waiting(".old-a"));
    for (const char* const foreign : {"0007", "live", "mx.example.org", ".new-", ".new-../x", ".newer-0007",
                                      ".snapshot", ".new-7", "new-0007", ".new-.new-live"}) {
      CPPUNIT_ASSERT_MESSAGE(foreign, !is_leftover_deployment(foreign) && !is_leftover_link(foreign));
    }
    CPPUNIT_ASSERT(!is_leftover_waiting("mx.example.org") && !is_leftover_waiting(".new-.x"));
  }

  void one_identity_lies_directly_several_in_folders() {
    CPPUNIT_ASSERT(
        deployment_files({"rsa"}) ==
        std::vector<std::string>({"cert.pem", "chain.pem", "fullchain.pem", "key.pem", "keychain.pem"}));
    CPPUNIT_ASSERT(deployment_files({"rsa", "ecdsa"}) ==
                   std::vector<std::string>({"ecdsa/cert.pem", "ecdsa/chain.pem", "ecdsa/fullchain.pem",
                                             "ecdsa/key.pem", "keychain.pem", "rsa/cert.pem", "rsa/chain.pem",
                                             "rsa/fullchain.pem", "rsa/key.pem"}));
  }

  void knows_which_files_hold_keys() {
    for (const char* const secret : {"key.pem", "rsa/key.pem", "keychain.pem", "a/b/key.pem"})
      CPPUNIT_ASSERT_MESSAGE(secret, holds_key(secret));
    for (const char* const open : {"cert.pem", "rsa/chain.pem", "fullchain.pem", "about.json", "key.pem/x"})
      CPPUNIT_ASSERT_MESSAGE(open, !holds_key(open));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoreLayoutTest);

}  // namespace tlsward::cert
