#include "cert/request.h"

#include <cppunit/extensions/HelperMacros.h>

#include <initializer_list>

#include "base/clock.h"
#include "cert/verify.h"
#include "support/certificates.h"
#include "support/openssl.h"
#include "support/temp_dir.h"

namespace tlsward::cert {
namespace {

using tests::output_of;

const RequestSubject everything{{"MX.example.com.", "*.mail.example.com", "m\xC3\xBCnchen.example",
                                 "192.0.2.1", "[2001:db8::25]", "mx.example.com"},
                                ""};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

class RequestTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RequestTest);
  CPPUNIT_TEST(makes_requests_that_others_read);
  CPPUNIT_TEST(chooses_the_common_name);
  CPPUNIT_TEST(refuses_what_is_no_name);
  CPPUNIT_TEST(makes_self_signed_certificates);
  CPPUNIT_TEST(limits_lives);
  CPPUNIT_TEST_SUITE_END();

 public:
  void makes_requests_that_others_read() {
    const tests::TempDir folder;
    for (const char* type : {"rsa:2048", "ecdsa:p256", "ecdsa:p384", "ed25519"}) {
      const PrivateKey key = *PrivateKey::generate(*parse_key_type(type));
      const auto request = make_request(key, everything);
      CPPUNIT_ASSERT_MESSAGE(type, request);
      const std::string file = folder.write("request.pem", *request);
      const std::string openssl = output_of("openssl req -in " + file + " -noout -verify -text 2>&1");
      CPPUNIT_ASSERT_MESSAGE(type + openssl, has(openssl, "verify OK"));
      CPPUNIT_ASSERT_MESSAGE(openssl, has(openssl, "Subject: CN = mx.example.com\n"));
      CPPUNIT_ASSERT_MESSAGE(openssl, has(openssl,
                                          "DNS:mx.example.com, DNS:*.mail.example.com, "
                                          "DNS:xn--mnchen-3ya.example, IP Address:192.0.2.1, "
                                          "IP Address:2001:DB8:0:0:0:0:0:25\n"));
      CPPUNIT_ASSERT_MESSAGE(openssl, has(openssl, "Version: 1 (0x0)"));
      const std::string certtool = output_of("certtool --crq-info --infile " + file + " 2>&1");
      CPPUNIT_ASSERT_MESSAGE(certtool, has(certtool, "Self signature: verified"));
      CPPUNIT_ASSERT_MESSAGE(certtool, has(certtool, "DNSname: *.mail.example.com"));
      CPPUNIT_ASSERT_EQUAL(
          key.spki_pin(),
          output_of("openssl req -in " + file +
                    " -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 "
                    "-binary | openssl base64"));
    }
  }

  void chooses_the_common_name() {
    const PrivateKey key = *PrivateKey::generate({KeyKind::ecdsa, 256});
    const std::string longer = std::string(40, 'a') + "." + std::string(40, 'b') + ".example";
    struct Row {
      RequestSubject subject;
      const char* want;
    };
    for (const Row& row :
         std::initializer_list<Row>{{{{"a.example"}, ""}, "a.example"},
                                    {{{"a.example"}, "Mail, of \"ours\""}, "Mail, of \"ours\""},
                                    {{{longer, "b.example"}, ""}, "b.example"},
                                    {{{longer}, ""}, ""},
                                    {{{"192.0.2.1"}, ""}, "192.0.2.1"}}) {
      const auto made = make_self_signed(key, row.subject, tests::certificate_time, std::chrono::days{1});
      CPPUNIT_ASSERT(made);
      const tests::TempDir folder;
      const std::string file = folder.write("made.pem", made->pem());
      const std::string subject = output_of("openssl x509 -noout -subject -nameopt multiline,-esc_msb -in " +
                                            file + " | sed -n 's/ *commonName *= //p'");
      CPPUNIT_ASSERT_EQUAL(std::string(row.want), subject);
    }
  }

  void refuses_what_is_no_name() {
    const PrivateKey key = *PrivateKey::generate({KeyKind::ecdsa, 256});
    for (const char* name : {"", ".", "a b", "*", "*.com", "*.*.example.com", "a.*.example.com",
                             "m*.example.com", "a@example.com", "-x\n.example", "http://a.example"}) {
      CPPUNIT_ASSERT_MESSAGE(name, !make_request(key, {{"good.example", name}, ""}));
      CPPUNIT_ASSERT_MESSAGE(
          name, !make_self_signed(key, {{name}, ""}, tests::certificate_time, std::chrono::days{1}));
    }
    CPPUNIT_ASSERT(make_request(key, {{}, "x"}).error().code == base::Errc::range);
    CPPUNIT_ASSERT(make_request(key, {{"a.example"}, std::string(65, 'x')}).error().code ==
                   base::Errc::range);
    CPPUNIT_ASSERT(make_request(key, {{"a.example"}, "a\nb"}).error().code == base::Errc::parse);
    CPPUNIT_ASSERT(make_request(key, {std::vector<std::string>(101, "a.example"), ""}).error().code ==
                   base::Errc::range);
  }

  void makes_self_signed_certificates() {
    for (const char* type : {"rsa:2048", "ecdsa:p256", "ecdsa:p384", "ed25519"}) {
      const PrivateKey key = *PrivateKey::generate(*parse_key_type(type));
      const auto made = make_self_signed(key, everything, tests::certificate_time, std::chrono::days{90});
      CPPUNIT_ASSERT_MESSAGE(type, made);
      CPPUNIT_ASSERT_MESSAGE(type, key.matches(*made));
      CPPUNIT_ASSERT_MESSAGE(type, made->is_self_signed() && !made->is_ca());
      CPPUNIT_ASSERT_EQUAL(std::string("2026-06-01T00:00:00Z"), base::render_time(made->not_before()));
      CPPUNIT_ASSERT_EQUAL(std::string("2026-08-30T00:00:00Z"), base::render_time(made->not_after()));
      CPPUNIT_ASSERT_EQUAL(std::size_t{32}, made->serial().size());
      CPPUNIT_ASSERT_EQUAL(std::size_t{3}, made->dns_names().size());
      CPPUNIT_ASSERT_EQUAL(std::size_t{2}, made->ip_addresses().size());
      const tests::TempDir folder;
      const std::string file = folder.write("made.pem", made->pem());
      CPPUNIT_ASSERT_EQUAL(file + ": OK",
                           output_of("openssl verify -no_check_time -purpose sslserver -verify_hostname "
                                     "a.mail.example.com -CAfile " +
                                     file + " " + file + " 2>&1"));
      Material material;
      material.certificates.push_back(*made);
      material.keys.push_back(*PrivateKey::from_handle([&] {
        auto copy = make_handle<X509KeyHandle>(&gnutls_x509_privkey_init);
        CPPUNIT_ASSERT(gnutls_x509_privkey_cpy(copy.get(), key.handle()) >= 0);
        return copy;
      }()));
      VerifySettings settings;
      settings.at = tests::certificate_time;
      settings.hostnames = {"mx.example.com"};
      const Verified verified = verify(std::move(material), settings);
      CPPUNIT_ASSERT(verified.verdict == Verdict::warning);
      CPPUNIT_ASSERT_EQUAL(std::string("self-signed"), verified.findings.front().check);
    }
  }

  void limits_lives() {
    const PrivateKey key = *PrivateKey::generate({KeyKind::ecdsa, 256});
    const RequestSubject subject{{"a.example"}, ""};
    for (const int days : {0, -1, 36501})
      CPPUNIT_ASSERT(!make_self_signed(key, subject, tests::certificate_time, std::chrono::days{days}));
    const auto longest = make_self_signed(key, subject, tests::certificate_time, std::chrono::days{36500});
    CPPUNIT_ASSERT(longest && longest->not_after() == tests::certificate_time + std::chrono::days{36500});
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestTest);

}  // namespace tlsward::cert
