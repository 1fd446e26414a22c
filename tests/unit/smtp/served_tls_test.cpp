#include <cppunit/extensions/HelperMacros.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include <string>
#include <vector>

#include "smtp/served.h"
#include "unit/smtp/fake_server.h"

namespace tlsward::smtp {

using tests::FakeServer;
using tests::Peer;

namespace {

/// A key and a certificate that it signed for itself, made on the spot.
struct Identity {
  gnutls_x509_privkey_t key = nullptr;
  gnutls_x509_crt_t certificate = nullptr;
  std::string der;

  Identity(gnutls_pk_algorithm_t algorithm, unsigned bits) {
    gnutls_x509_privkey_init(&key);
    gnutls_x509_privkey_generate(key, algorithm, bits, 0);
    gnutls_x509_crt_init(&certificate);
    gnutls_x509_crt_set_version(certificate, 3);
    gnutls_x509_crt_set_serial(certificate, "\x01", 1);
    gnutls_x509_crt_set_activation_time(certificate, 1700000000);
    gnutls_x509_crt_set_expiration_time(certificate, 1700000001);  // long ago: nothing is verified here
    gnutls_x509_crt_set_dn(certificate, "CN=mx.test.example", nullptr);
    gnutls_x509_crt_set_key(certificate, key);
    gnutls_x509_crt_sign2(certificate, certificate, key,
                          algorithm == GNUTLS_PK_EDDSA_ED25519 ? GNUTLS_DIG_SHA512 : GNUTLS_DIG_SHA256, 0);
    gnutls_datum_t exported{};
    gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, &exported);
    der.assign(exported.data, exported.data + exported.size);
    gnutls_free(exported.data);
  }
  ~Identity() {
    gnutls_x509_crt_deinit(certificate);
    gnutls_x509_privkey_deinit(key);
  }
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;
};

/// The server's side of TLS with identities side by side, and what it saw.
class TlsServer {
 public:
  explicit TlsServer(const std::vector<const Identity*>& identities, const char* priority = "NORMAL")
      : priority_(priority) {
    gnutls_certificate_allocate_credentials(&credentials_);
    for (const Identity* const identity : identities) {
      gnutls_x509_crt_t list[] = {identity->certificate};
      gnutls_certificate_set_x509_key(credentials_, list, 1, identity->key);
    }
  }
  ~TlsServer() { gnutls_certificate_free_credentials(credentials_); }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  void serve(const Peer& peer, Security security) {
    if (security == Security::starttls) {
      peer.say("220 mx\r\n");
      heard_.push_back(peer.hear());
      peer.say("250-mx\r\n250 STARTTLS\r\n");
      heard_.push_back(peer.hear());
      peer.say("220 go\r\n");
    }
    gnutls_session_t session = nullptr;
    gnutls_init(&session, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
    gnutls_priority_set_direct(session, priority_, nullptr);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials_);
    gnutls_transport_set_int(session, peer.descriptor());
    int rc = 0;
    do rc = gnutls_handshake(session);
    while (rc < 0 && gnutls_error_is_fatal(rc) == 0);
    if (rc == GNUTLS_E_SUCCESS) converse(session, security);
    gnutls_deinit(session);
  }

  [[nodiscard]] const std::vector<std::string>& heard() const { return heard_; }
  [[nodiscard]] const std::string& server_name() const { return server_name_; }

 private:
  void converse(gnutls_session_t session, Security security) {
    char name[256] = "";
    std::size_t size = sizeof name;
    unsigned type = 0;
    if (gnutls_server_name_get(session, name, &size, &type, 0) == 0) server_name_ = name;
    if (security == Security::smtps) gnutls_record_send(session, "220 mx\r\n", 8);
    char line[256];
    const auto n = gnutls_record_recv(session, line, sizeof line);
    if (n > 0) heard_.emplace_back(line, static_cast<std::size_t>(n));
    gnutls_record_send(session, "221 bye\r\n", 9);
  }

  gnutls_certificate_credentials_t credentials_ = nullptr;
  const char* priority_;
  std::vector<std::string> heard_;
  std::string server_name_;
};

}  // namespace

/// What is learned from a server that does speak TLS.
class ServedTlsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ServedTlsTest);
  CPPUNIT_TEST(brings_the_certificate_behind_starttls);
  CPPUNIT_TEST(brings_the_certificate_of_implicit_tls);
  CPPUNIT_TEST(asks_for_one_kind_of_key_among_many);
  CPPUNIT_TEST(says_that_a_kind_is_not_served);
  CPPUNIT_TEST(speaks_no_old_protocol);
  CPPUNIT_TEST_SUITE_END();

  static Outcome ask(TlsServer& tls, KeyKind kind = KeyKind::any, Security security = Security::starttls,
                     const std::string& name = "") {
    const FakeServer server([&](const Peer& peer) { tls.serve(peer, security); });
    Target target;
    target.host = "127.0.0.1";
    target.port = server.port();
    target.security = security;
    target.server_name = name;
    target.kind = kind;
    target.ehlo_name = "client.test.example";
    return fetch_served(target, std::chrono::steady_clock::now() + std::chrono::seconds(10));
  }

 public:
  void brings_the_certificate_behind_starttls() {
    const Identity identity(GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
    TlsServer tls({&identity});
    const Outcome got = ask(tls, KeyKind::any, Security::starttls, "mx.test.example");
    CPPUNIT_ASSERT_MESSAGE(got.text, got.is_ok() && got.step == Step::done);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, got.chain.size());
    CPPUNIT_ASSERT(got.chain.at(0) == identity.der);
    CPPUNIT_ASSERT_EQUAL(std::string("TLSv1.3"), got.tls.protocol);
    CPPUNIT_ASSERT(got.tls.cipher.substr(0, 4) == "TLS_");
    CPPUNIT_ASSERT(got.tls.key_exchange.find("ECDHE") == 0);
    CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), got.address);
    CPPUNIT_ASSERT_EQUAL(std::string("mx.test.example"), tls.server_name());
    const std::vector<std::string> said{"EHLO client.test.example", "STARTTLS", "QUIT\r\n"};
    CPPUNIT_ASSERT(said == tls.heard());
  }

  void brings_the_certificate_of_implicit_tls() {
    const Identity identity(GNUTLS_PK_EDDSA_ED25519, 0);
    TlsServer tls({&identity}, "NORMAL:-VERS-TLS1.3");
    const Outcome got = ask(tls, KeyKind::ed25519, Security::smtps, "127.0.0.1");
    CPPUNIT_ASSERT_MESSAGE(got.text, got.is_ok());
    CPPUNIT_ASSERT(got.chain.at(0) == identity.der);
    CPPUNIT_ASSERT_EQUAL(std::string("TLSv1.2"), got.tls.protocol);
    CPPUNIT_ASSERT_EQUAL(std::string(), tls.server_name());  // an address is no name
    CPPUNIT_ASSERT(std::vector<std::string>{"QUIT\r\n"} == tls.heard());
  }

  void asks_for_one_kind_of_key_among_many() {
    const Identity rsa(GNUTLS_PK_RSA, 2048);
    const Identity ecdsa(GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1));
    const Identity ed25519(GNUTLS_PK_EDDSA_ED25519, 0);
    for (const char* const priority : {"NORMAL", "NORMAL:-VERS-TLS1.3"}) {
      const auto served = [&](KeyKind kind) {
        TlsServer tls({&rsa, &ecdsa, &ed25519}, priority);
        const Outcome got = ask(tls, kind);
        CPPUNIT_ASSERT_MESSAGE(got.text + std::string(name_of(kind)), got.is_ok());
        return got.chain.at(0);
      };
      CPPUNIT_ASSERT_MESSAGE(priority, served(KeyKind::rsa) == rsa.der);
      CPPUNIT_ASSERT_MESSAGE(priority, served(KeyKind::ecdsa) == ecdsa.der);
      CPPUNIT_ASSERT_MESSAGE(priority, served(KeyKind::ed25519) == ed25519.der);
    }
  }

  void says_that_a_kind_is_not_served() {
    const Identity ecdsa(GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
    for (const char* const priority : {"NORMAL", "NORMAL:-VERS-TLS1.3"}) {
      TlsServer tls({&ecdsa}, priority);
      const Outcome got = ask(tls, KeyKind::rsa);
      CPPUNIT_ASSERT_EQUAL(std::string("handshake-failed"), std::string(name_of(got.verdict)));
      CPPUNIT_ASSERT(got.step == Step::handshake && got.chain.empty());
    }
  }

  void speaks_no_old_protocol() {
    const Identity rsa(GNUTLS_PK_RSA, 2048);
    TlsServer tls({&rsa}, "NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0:%VERIFY_ALLOW_SIGN_WITH_SHA1");
    CPPUNIT_ASSERT_EQUAL(std::string("handshake-failed"), std::string(name_of(ask(tls).verdict)));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ServedTlsTest);

}  // namespace tlsward::smtp
