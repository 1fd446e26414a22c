#include "cert/certificate.h"

#include <cppunit/extensions/HelperMacros.h>

#include <initializer_list>

#include "base/clock.h"
#include "support/certificates.h"
#include "support/openssl.h"

namespace tlsward::cert {
namespace {

using tests::certificate_file;

Certificate certificate(const std::string& name) {
  return *Certificate::from_der(certificate_file(name + ".der"));
}

/// What openssl says.
std::string openssl(const std::string& arguments) {
  return tests::output_of("openssl " + arguments);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : " ") + part;
  return out;
}

}  // namespace

class CertificateTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(CertificateTest);
  CPPUNIT_TEST(says_what_openssl_says);
  CPPUNIT_TEST(tells_keys_apart);
  CPPUNIT_TEST(reads_names);
  CPPUNIT_TEST(reads_dates);
  CPPUNIT_TEST(reads_constraints);
  CPPUNIT_TEST(tells_how_it_is_signed);
  CPPUNIT_TEST(verifies_signatures);
  CPPUNIT_TEST(refuses_what_is_none);
  CPPUNIT_TEST_SUITE_END();

 public:
  void says_what_openssl_says() {
    for (const char* name : {"leaf", "rsa", "root", "names"}) {
      const Certificate got = certificate(name);
      const std::string in = " -in '" + tests::certificate_path(std::string(name) + ".pem") + "' -noout ";
      CPPUNIT_ASSERT_EQUAL_MESSAGE(name, openssl("x509 -nameopt rfc2253 -subject" + in),
                                   "subject=" + got.subject());
      CPPUNIT_ASSERT_EQUAL_MESSAGE(name, openssl("x509 -nameopt rfc2253 -issuer" + in),
                                   "issuer=" + got.issuer());
      CPPUNIT_ASSERT_EQUAL_MESSAGE(name, openssl("x509 -serial" + in + "| tr A-F a-f | sed 's/serial=//'"),
                                   got.serial().starts_with("00") ? got.serial().substr(2) : got.serial());
      CPPUNIT_ASSERT_EQUAL_MESSAGE(
          name, openssl("x509 -fingerprint -sha256" + in + "| sed 's/.*=//' | tr -d : | tr A-F a-f"),
          got.sha256());
      CPPUNIT_ASSERT_EQUAL_MESSAGE(
          name,
          openssl("x509 -pubkey" + in +
                  "| openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | openssl base64"),
          got.spki_pin());
      CPPUNIT_ASSERT_EQUAL_MESSAGE(name, certificate_file(std::string(name) + ".pem"), got.pem());
      CPPUNIT_ASSERT_MESSAGE(name, got.der() == certificate_file(std::string(name) + ".der"));
    }
    CPPUNIT_ASSERT_EQUAL(std::size_t{32}, certificate("leaf").spki_sha256().size());
  }

  void tells_keys_apart() {
    struct Row {
      const char* name;
      const char* text;
      KeyKind kind;
    };
    for (const Row& row : std::initializer_list<Row>{{"rsa", "RSA 2048", KeyKind::rsa},
                                                     {"rsa2047", "RSA 2047", KeyKind::rsa},
                                                     {"rsa512", "RSA 512", KeyKind::rsa},
                                                     {"rsapss", "RSA-PSS 2048", KeyKind::rsa_pss},
                                                     {"leaf", "ECDSA P-256", KeyKind::ecdsa},
                                                     {"p224", "ECDSA P-224", KeyKind::ecdsa},
                                                     {"p384", "ECDSA P-384", KeyKind::ecdsa},
                                                     {"p521", "ECDSA P-521", KeyKind::ecdsa},
                                                     {"ed25519", "Ed25519", KeyKind::ed25519},
                                                     {"dsa", "DSA 1024", KeyKind::dsa},
                                                     {"explicit", "unknown", KeyKind::other}}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, std::string(row.text), certificate(row.name).key().text());
      CPPUNIT_ASSERT_MESSAGE(row.name, row.kind == certificate(row.name).key().kind);
    }
    CPPUNIT_ASSERT_EQUAL(521U, certificate("p521").key().bits);
  }

  void reads_names() {
    const Certificate names = certificate("names");
    CPPUNIT_ASSERT_EQUAL(
        std::string("MX.Example.COM *.mail.example.com xn--mnchen-3ya.example m*.example.net "
                    "*.example a.*.example.org"),
        joined(names.dns_names()));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, names.ip_addresses().size());
    CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.1"), net::to_string(names.ip_addresses()[0]));
    CPPUNIT_ASSERT_EQUAL(std::string("2001:db8::25"), net::to_string(names.ip_addresses()[1]));
    CPPUNIT_ASSERT_EQUAL(std::string("mx.example.com"), names.common_name());
    CPPUNIT_ASSERT(!certificate("cn_only").has_alt_names());
    CPPUNIT_ASSERT(certificate("cn_and_mail").has_alt_names());
    CPPUNIT_ASSERT(certificate("cn_and_mail").dns_names().empty());
    CPPUNIT_ASSERT_EQUAL(std::string("last name"), certificate("weird").common_name());
  }

  void reads_dates() {
    CPPUNIT_ASSERT_EQUAL(std::string("2026-01-01T00:00:00Z"),
                         base::render_time(certificate("leaf").not_before()));
    CPPUNIT_ASSERT_EQUAL(std::string("2027-01-01T00:00:00Z"),
                         base::render_time(certificate("leaf").not_after()));
    CPPUNIT_ASSERT_EQUAL(std::string("9999-12-31T23:59:59Z"),
                         base::render_time(certificate("leaf_no_end").not_after()));
  }

  void reads_constraints() {
    CPPUNIT_ASSERT(certificate("root").is_ca() && !certificate("leaf").is_ca());
    CPPUNIT_ASSERT(!certificate("root").path_length());
    CPPUNIT_ASSERT_EQUAL(0U, *certificate("inter_path0").path_length());
    CPPUNIT_ASSERT_EQUAL(1U, *certificate("inter_path1").path_length());
    CPPUNIT_ASSERT(certificate("inter").key_usage()->key_cert_sign);
    CPPUNIT_ASSERT(!certificate("inter").key_usage()->digital_signature);
    CPPUNIT_ASSERT(certificate("leaf_usage_good").key_usage()->digital_signature);
    CPPUNIT_ASSERT(certificate("rsa_encipherment").key_usage()->key_encipherment);
    CPPUNIT_ASSERT(!certificate("leaf").key_usage());
    CPPUNIT_ASSERT_EQUAL(std::string("1.3.6.1.5.5.7.3.1"), joined(certificate("leaf").extended_key_usages()));
    CPPUNIT_ASSERT(certificate("leaf_plain").extended_key_usages().empty());
    CPPUNIT_ASSERT(certificate("leaf_staple").must_staple() && !certificate("leaf").must_staple());
    CPPUNIT_ASSERT(certificate("root").is_self_issued() && !certificate("inter").is_self_issued());
    CPPUNIT_ASSERT(!certificate("root").subject_key_id().empty());
    CPPUNIT_ASSERT(certificate("inter").authority_key_id() == certificate("root").subject_key_id());
    CPPUNIT_ASSERT_EQUAL(std::string("http://ca.example/inter.der"),
                         joined(certificate("leaf_aia").issuer_urls()));
    CPPUNIT_ASSERT(certificate("leaf").issuer_urls().empty());
  }

  void tells_how_it_is_signed() {
    struct Row {
      const char* name;
      const char* algorithm;
      const char* hash;
    };
    for (const Row& row : std::initializer_list<Row>{{"leaf", "ECDSA-SHA256", "SHA256"},
                                                     {"leaf_sha1", "ECDSA-SHA1", "SHA1"},
                                                     {"leaf_sha384", "ECDSA-SHA384", "SHA384"},
                                                     {"leaf_md5", "RSA-MD5", "MD5"},
                                                     {"rsa_root", "RSA-SHA256", "SHA256"},
                                                     {"leaf_pss_signed", "RSA-PSS-SHA256", "SHA256"}}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, std::string(row.algorithm),
                                   certificate(row.name).signature_algorithm());
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, std::string(row.hash), certificate(row.name).signature_hash());
    }
  }

  void verifies_signatures() {
    struct Row {
      const char* name;
      const char* issuer;
      bool is_signed;
    };
    for (const Row& row : std::initializer_list<Row>{{"leaf", "inter", true},
                                                     {"leaf", "inter_cross", true},
                                                     {"leaf", "root", false},
                                                     {"leaf", "leaf", false},
                                                     {"root", "root", true},
                                                     {"inter", "root", true},
                                                     {"inter_cross", "root", false},
                                                     {"leaf_sha1", "inter", true},
                                                     {"leaf_md5", "rsa_root", true},
                                                     {"leaf_pss_signed", "rsa_root", true},
                                                     {"leaf_pss_salt", "rsa_root", false},
                                                     {"leaf_by_p224", "inter_p224", true},
                                                     {"leaf", "explicit", false}})
      CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(row.name) + " by " + row.issuer, row.is_signed,
                                   certificate(row.name).is_signed_by(certificate(row.issuer)));
    std::string damaged = certificate_file("leaf.der");
    damaged.back() = static_cast<char>(damaged.back() ^ 1);
    const auto changed = Certificate::from_der(damaged);
    CPPUNIT_ASSERT(changed && !changed->is_signed_by(certificate("inter")));
    CPPUNIT_ASSERT(certificate("selfsigned").is_self_signed() && !certificate("leaf").is_self_signed());
    CPPUNIT_ASSERT(certificate("leaf").names_issuer(certificate("inter")));
    CPPUNIT_ASSERT(!certificate("leaf").names_issuer(certificate("root")));
  }

  void refuses_what_is_none() {
    const std::string der = certificate_file("leaf.der");
    for (std::size_t length = 0; length < der.size(); ++length)
      CPPUNIT_ASSERT(!Certificate::from_der(std::string_view(der).substr(0, length)));
    CPPUNIT_ASSERT(!Certificate::from_der(der + '\0'));
    CPPUNIT_ASSERT(Certificate::from_der(std::string(Certificate::max_bytes + 1, '0')).error().code ==
                   base::Errc::range);
    // Whatever byte is changed, the answer is a certificate or an error, and nothing else happens.
    std::size_t read = 0;
    for (std::size_t i = 0; i < der.size(); ++i) {
      std::string changed = der;
      changed[i] = static_cast<char>(changed[i] ^ 0x41);
      const auto got = Certificate::from_der(changed);
      if (!got) continue;
      ++read;
      CPPUNIT_ASSERT_EQUAL(changed, std::string(got->der()));
      (void)got->key();
      (void)got->subject();
      (void)got->must_staple();
      (void)got->issuer_urls();
    }
    CPPUNIT_ASSERT(read > 0 && read < der.size());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CertificateTest);

}  // namespace tlsward::cert
