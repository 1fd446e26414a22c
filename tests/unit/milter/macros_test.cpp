#include "milter/macros.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace tlsward::milter {

class MacrosTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(MacrosTest);
  CPPUNIT_TEST(no_macros_are_no_tls);
  CPPUNIT_TEST(reads_version_and_bits);
  CPPUNIT_TEST(postfix_names_only_whom_it_trusts);
  CPPUNIT_TEST(sendmail_says_whom_it_trusts);
  CPPUNIT_TEST(takes_exactly_one_common_name);
  CPPUNIT_TEST(undoes_escapes);
  CPPUNIT_TEST(knows_the_mail_server);
  CPPUNIT_TEST(never_takes_loopback_from_a_macro);
  CPPUNIT_TEST_SUITE_END();

 public:
  void no_macros_are_no_tls();
  void reads_version_and_bits();
  void postfix_names_only_whom_it_trusts();
  void sendmail_says_whom_it_trusts();
  void takes_exactly_one_common_name();
  void undoes_escapes();
  void knows_the_mail_server();
  void never_takes_loopback_from_a_macro();
};

CPPUNIT_TEST_SUITE_REGISTRATION(MacrosTest);

namespace {

MailMacros over_tls() {
  MailMacros macros;
  macros.tls_version = "TLSv1.2";
  macros.cipher = "AES256-SHA";
  macros.cipher_bits = "256";
  return macros;
}

}  // namespace

void MacrosTest::no_macros_are_no_tls() {
  MailMacros macros;
  CPPUNIT_ASSERT(!read_tls(macros, MtaKind::postfix).encrypted);
  macros.verify = "OK";
  macros.cert_subject = "mx.example";
  macros.cipher_bits = "256";
  for (const MtaKind mta : {MtaKind::postfix, MtaKind::other}) {
    const policy::Tls tls = read_tls(macros, mta);
    CPPUNIT_ASSERT(!tls.encrypted);
    CPPUNIT_ASSERT_MESSAGE("and nothing else counts", !tls.verified && !tls.bits && tls.subject.empty());
  }
}

void MacrosTest::reads_version_and_bits() {
  MailMacros macros = over_tls();
  const policy::Tls tls = read_tls(macros, MtaKind::other);
  CPPUNIT_ASSERT(tls.encrypted && tls.version && tls.bits);
  CPPUNIT_ASSERT_EQUAL(std::uint16_t{0x0303}, tls.version->wire);
  CPPUNIT_ASSERT_EQUAL(std::uint32_t{256}, *tls.bits);
  macros.tls_version = "";
  CPPUNIT_ASSERT_MESSAGE(
      "a cipher alone is TLS of an unknown version",
      read_tls(macros, MtaKind::other).encrypted && !read_tls(macros, MtaKind::other).version);
  for (const char* bits : {"", "many", "-1", "2 56", "256 ", "99999999999999999999"}) {
    macros.cipher_bits = bits;
    CPPUNIT_ASSERT_MESSAGE(bits, !read_tls(macros, MtaKind::other).bits);
  }
}

void MacrosTest::postfix_names_only_whom_it_trusts() {
  MailMacros macros = over_tls();
  macros.verify = "OK";
  CPPUNIT_ASSERT_MESSAGE("Postfix has no {verify}", !read_tls(macros, MtaKind::postfix).verified);
  macros.cert_subject = "Mail, +20 Ltd";
  macros.cert_issuer = "A CA";
  const policy::Tls tls = read_tls(macros, MtaKind::postfix);
  CPPUNIT_ASSERT(tls.verified);
  CPPUNIT_ASSERT_EQUAL_MESSAGE("as it is", std::string("Mail, +20 Ltd"), tls.subject);
  CPPUNIT_ASSERT_EQUAL(std::string("A CA"), tls.issuer);
}

void MacrosTest::sendmail_says_whom_it_trusts() {
  MailMacros macros = over_tls();
  macros.cert_subject = "/O=Bench/CN=mx.example";
  macros.cert_issuer = "/O=Bench/CN=Bench+20CA";
  for (const char* verify :
       {"", "NONE", "NO", "NOT", "FAIL", "ok", "OK ", "TEMP", "SOFTWARE", "PROTOCOL", "CONFIG"}) {
    macros.verify = verify;
    const policy::Tls tls = read_tls(macros, MtaKind::other);
    CPPUNIT_ASSERT_MESSAGE(verify, !tls.verified && tls.subject.empty() && tls.issuer.empty());
  }
  for (const char* verify : {"OK", "TRUSTED"}) {
    macros.verify = verify;
    const policy::Tls tls = read_tls(macros, MtaKind::other);
    CPPUNIT_ASSERT_MESSAGE(verify, tls.verified);
    CPPUNIT_ASSERT_EQUAL(std::string("mx.example"), tls.subject);
    CPPUNIT_ASSERT_EQUAL(std::string("Bench CA"), tls.issuer);
  }
  macros.cn_subject = "other+2Eexample";
  macros.cn_issuer = "Other CA";
  const policy::Tls tls = read_tls(macros, MtaKind::other);
  CPPUNIT_ASSERT_EQUAL(std::string("other.example"), tls.subject);
  CPPUNIT_ASSERT_EQUAL(std::string("Other CA"), tls.issuer);
}

void MacrosTest::takes_exactly_one_common_name() {
  struct Row {
    const char* text;
    const char* want;
  };
  for (const Row& row :
       {Row{"/CN=a", "a"}, Row{"/O=x/CN=a", "a"}, Row{"/O=x/CN=a/OU=y", "a"},
        Row{"/CN=a/emailAddress=b", "a"}, Row{"/CN=a/b", "a/b"}, Row{"/CN=a/b=c", "a"},
        Row{"/CN=a/1.2.840=c", "a"}, Row{"/CN=", ""}, Row{"", ""}, Row{"/O=a", ""}, Row{"CN=a", ""},
        Row{"/CN=a/CN=b", ""}, Row{"/O=x/CN=a/CN=b", ""}, Row{"/CN=a/O=y/CN=a", ""}, Row{"/CN=a+20b", "a b"},
        Row{"/CN=a+2", ""}, Row{"/CN=a+00b", ""}, Row{"/CN=/CN=a", ""}}) {
    CPPUNIT_ASSERT_EQUAL_MESSAGE(row.text, std::string(row.want), common_name_of(row.text));
  }
}

void MacrosTest::undoes_escapes() {
  CPPUNIT_ASSERT_EQUAL(std::string("a b+c"), decode_xtext("a+20b+2Bc").value());
  CPPUNIT_ASSERT_EQUAL(std::string("\xC3\xA9"), decode_xtext("+C3+a9").value());
  CPPUNIT_ASSERT_EQUAL(std::string(), decode_xtext("").value());
  for (const char* text : {"+", "a+", "+2", "+2G", "+ 2", "a+00"})
    CPPUNIT_ASSERT_MESSAGE(text, !decode_xtext(text));
}

void MacrosTest::knows_the_mail_server() {
  using conf::Mta;
  CPPUNIT_ASSERT(mta_kind(Mta::automatic, "Postfix 3.7.11") == MtaKind::postfix);
  CPPUNIT_ASSERT(mta_kind(Mta::automatic, "8.17.1.9") == MtaKind::other);
  CPPUNIT_ASSERT(mta_kind(Mta::automatic, "") == MtaKind::other);
  CPPUNIT_ASSERT(mta_kind(Mta::none, "Postfix 3.7.11") == MtaKind::postfix);
  CPPUNIT_ASSERT(mta_kind(Mta::sendmail, "Postfix 3.7.11") == MtaKind::other);
  CPPUNIT_ASSERT(mta_kind(Mta::postfix, "8.17.1.9") == MtaKind::postfix);
}

void MacrosTest::never_takes_loopback_from_a_macro() {
  CPPUNIT_ASSERT(read_client_addr("192.0.2.1") == net::Address::parse("192.0.2.1"));
  CPPUNIT_ASSERT(read_client_addr("IPv6:2001:db8::1") == net::Address::parse("2001:db8::1"));
  CPPUNIT_ASSERT(read_client_addr("2001:db8::1") == net::Address::parse("2001:db8::1"));
  for (const char* text : {"", "unknown", "127.0.0.1", "127.255.255.255", "IPv6:::1", "::1",
                           "IPv6:", "IPv6:::ffff:127.0.0.1", "0", "192.0.2.1 "}) {
    CPPUNIT_ASSERT_MESSAGE(text, !read_client_addr(text));
  }
}

}  // namespace tlsward::milter
