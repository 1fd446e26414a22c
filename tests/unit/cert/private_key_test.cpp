#include "cert/private_key.h"

#include <cppunit/extensions/HelperMacros.h>

#include <initializer_list>

#include "cert/pem.h"
#include "support/certificates.h"

namespace tlsward::cert {
namespace {

using tests::certificate_file;

Certificate certificate(const std::string& name) {
  return *Certificate::from_der(certificate_file(name + ".der"));
}

/// The key of a PEM file with one block.
PrivateKey pem_key(const std::string& name) {
  std::optional<PrivateKey> key;
  for_each_pem_block(
      certificate_file(name), [](std::string_view) { return true; },
      [&](PemBlock&& block) {
        key = *PrivateKey::from_der(block.bytes.view());
        return false;
      });
  return *std::move(key);
}

}  // namespace

class PrivateKeyTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PrivateKeyTest);
  CPPUNIT_TEST(reads_types);
  CPPUNIT_TEST(makes_each_type);
  CPPUNIT_TEST(matches_its_certificate_alone);
  CPPUNIT_TEST(finds_a_private_half_that_does_not_work);
  CPPUNIT_TEST(reads_the_second_version);
  CPPUNIT_TEST(writes_what_it_read);
  CPPUNIT_TEST(refuses_what_is_none);
  CPPUNIT_TEST_SUITE_END();

 public:
  void reads_types() {
    for (const char* text : {"rsa:2048", "rsa:3072", "rsa:4096", "ecdsa:p256", "ecdsa:p384", "ed25519"}) {
      const auto type = parse_key_type(text);
      CPPUNIT_ASSERT_MESSAGE(text, type);
      CPPUNIT_ASSERT_EQUAL(std::string(text), render_key_type(*type));
    }
    CPPUNIT_ASSERT(*parse_key_type("ECDSA:P384") == (KeyType{KeyKind::ecdsa, 384}));
    struct Row {
      const char* text;
      base::Errc want;
    };
    for (const Row& row : std::initializer_list<Row>{{"rsa:2047", base::Errc::range},
                                                     {"rsa:4097", base::Errc::range},
                                                     {"rsa:0", base::Errc::range},
                                                     {"", base::Errc::parse},
                                                     {"rsa", base::Errc::parse},
                                                     {"rsa:", base::Errc::parse},
                                                     {"rsa:2048 ", base::Errc::parse},
                                                     {"rsa:99999999999999999999", base::Errc::parse},
                                                     {"ecdsa:p521", base::Errc::parse},
                                                     {"dsa:1024", base::Errc::parse}}) {
      const auto type = parse_key_type(row.text);
      CPPUNIT_ASSERT_MESSAGE(row.text, !type);
      CPPUNIT_ASSERT_MESSAGE(row.text, type.error().code == row.want);
    }
  }

  void makes_each_type() {
    struct Row {
      const char* type;
      const char* text;
    };
    for (const Row& row : std::initializer_list<Row>{{"rsa:2048", "RSA 2048"},
                                                     {"ecdsa:p256", "ECDSA P-256"},
                                                     {"ecdsa:p384", "ECDSA P-384"},
                                                     {"ed25519", "Ed25519"}}) {
      const auto key = PrivateKey::generate(*parse_key_type(row.type));
      CPPUNIT_ASSERT_MESSAGE(row.type, key);
      CPPUNIT_ASSERT_EQUAL(std::string(row.text), key->key().text());
      CPPUNIT_ASSERT_EQUAL(std::size_t{44}, key->spki_pin().size());
      CPPUNIT_ASSERT(!PrivateKey::generate(*parse_key_type(row.type))->equals(*key));
    }
  }

  void matches_its_certificate_alone() {
    for (const char* name : {"leaf", "rsa", "rsa512", "rsapss", "ed25519", "p224", "p384", "p521", "dsa"}) {
      const PrivateKey key = pem_key(std::string(name) + ".key");
      CPPUNIT_ASSERT_MESSAGE(name, key.matches(certificate(name)));
      CPPUNIT_ASSERT_MESSAGE(name, key.spki_pin() == certificate(name).spki_pin());
      CPPUNIT_ASSERT_MESSAGE(name, !key.matches(certificate("leaf_other")));
      CPPUNIT_ASSERT_MESSAGE(name, !key.matches(certificate("explicit")));
    }
  }

  void finds_a_private_half_that_does_not_work() {
    for (const char* name : {"leaf", "rsa", "rsapss"}) {
      const auto key = PrivateKey::from_der(certificate_file(std::string(name) + ".broken.key.der"));
      CPPUNIT_ASSERT_MESSAGE(name, key);
      CPPUNIT_ASSERT_MESSAGE(name, key->has_public_half_of(certificate(name)));
      CPPUNIT_ASSERT_MESSAGE(name, !key->matches(certificate(name)));
    }
  }

  void reads_the_second_version() {
    for (const char* name : {"leaf", "ed25519"}) {
      const auto key = PrivateKey::from_der(certificate_file(std::string(name) + ".v2.key.der"));
      CPPUNIT_ASSERT_MESSAGE(name, key && key->matches(certificate(name)));
      CPPUNIT_ASSERT_MESSAGE(name, key->equals(pem_key(std::string(name) + ".key")));
    }
  }

  void writes_what_it_read() {
    for (const char* name : {"leaf", "rsa", "rsapss", "ed25519", "p521"}) {
      const PrivateKey key = pem_key(std::string(name) + ".key");
      const auto pem = key.pkcs8_pem();
      CPPUNIT_ASSERT_MESSAGE(name, pem && pem->view().starts_with("-----BEGIN PRIVATE KEY-----\n"));
      for_each_pem_block(
          pem->view(), [](std::string_view) { return true; },
          [&](PemBlock&& block) {
            CPPUNIT_ASSERT(PrivateKey::from_der(block.bytes.view())->matches(certificate(name)));
            return true;
          });
    }
  }

  void refuses_what_is_none() {
    const std::string der = certificate_file("rsa.key.der");
    for (std::size_t length = 0; length < der.size(); length += 7)
      CPPUNIT_ASSERT(!PrivateKey::from_der(std::string_view(der).substr(0, length)));
    CPPUNIT_ASSERT(!PrivateKey::from_der(certificate_file("leaf.der")));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PrivateKeyTest);

}  // namespace tlsward::cert
