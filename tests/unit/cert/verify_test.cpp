#include "cert/verify.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <ctime>
#include <initializer_list>
#include <set>
#include <sstream>

#include "base/clock.h"
#include "cert/checks.h"
#include "support/certificates.h"

namespace tlsward::cert {
namespace {

using tests::certificate_file;

/// The words of a text.
std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

Material material_of(const std::string& files) {
  std::vector<Input> inputs;
  for (const std::string& file : words(files))
    inputs.push_back({file, base::Secret::copy_of(certificate_file(file))});
  return read_material(std::move(inputs), nullptr);
}

VerifySettings usual_settings() {
  VerifySettings settings;
  settings.hostnames = {"mx.example.com"};
  settings.roots = *load_roots(tests::certificate_path("roots.pem"));
  settings.at = tests::certificate_time;
  return settings;
}

/// "warning: chain-order must-staple".
std::string summary(const Verified& verified) {
  std::string out = std::string(verdict_name(verified.verdict)) + ":";
  for (const base::Finding& finding : verified.findings) out += " " + finding.check;
  return out;
}

std::string chain_names(const Identity& identity) {
  std::string out;
  for (const Certificate& certificate : identity.chain) out += "/" + certificate.common_name();
  return out;
}

struct Row {
  const char* files;
  const char* want;
};

void check(std::initializer_list<Row> rows, const VerifySettings& settings) {
  for (const Row& row : rows) {
    const Verified verified = verify(material_of(row.files), settings);
    std::string text;
    for (const base::Finding& finding : verified.findings) text += finding.text + "; ";
    CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(row.files) + ": " + text, std::string(row.want),
                                 summary(verified));
  }
}

}  // namespace

class VerifyTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(VerifyTest);
  CPPUNIT_TEST(passes_what_is_right);
  CPPUNIT_TEST(finds_leaf_and_key);
  CPPUNIT_TEST(finds_what_is_wrong_with_the_chain);
  CPPUNIT_TEST(finds_what_is_wrong_with_the_leaf);
  CPPUNIT_TEST(finds_what_an_authority_may_not_do);
  CPPUNIT_TEST(checks_dates_to_the_second);
  CPPUNIT_TEST(checks_every_host_name);
  CPPUNIT_TEST(finds_damaged_signatures);
  CPPUNIT_TEST(tells_all_at_once);
  CPPUNIT_TEST(puts_identities_side_by_side);
  CPPUNIT_TEST(puts_the_chain_in_order);
  CPPUNIT_TEST(keeps_what_a_published_record_designates);
  CPPUNIT_TEST(accepts_what_it_is_told_to);
  CPPUNIT_TEST(judges_certificates_alone);
  CPPUNIT_TEST(says_where_and_how_to_mend);
  CPPUNIT_TEST(bears_a_pool_full_of_names);
  CPPUNIT_TEST_SUITE_END();

 public:
  void passes_what_is_right() {
    check({{"leaf.pem leaf.key inter.pem", "ok:"},
           {"inter.pem leaf.key leaf.pem", "ok:"},
           {"leaf_by_root.pem leaf.key", "ok:"},
           {"leaf_by_sub.pem sub.pem inter.pem leaf.key", "ok:"},
           {"rsa.pem rsa.key inter.pem", "ok:"},
           {"p384.pem p384.key inter.pem", "ok:"},
           {"p521.pem p521.key inter.pem", "ok:"},
           {"leaf_any.pem leaf.key inter.pem", "ok:"},
           {"leaf_plain.pem leaf.key inter.pem", "ok:"},
           {"leaf_usage_good.pem leaf.key inter.pem", "ok:"},
           {"leaf_sha384.pem leaf.key inter.pem", "ok:"},
           {"leaf_uncritical.pem leaf.key inter.pem", "ok:"},
           {"leaf_no_end.pem leaf.key inter.pem", "ok:"},
           {"leaf.pem leaf.key inter_names.pem", "ok:"},
           {"leaf.pem leaf.key inter_server.pem", "ok:"},
           {"leaf.pem leaf.key inter_path0.pem", "ok:"},
           {"leaf_by_sub.pem sub.pem inter_path1.pem leaf.key", "ok:"},
           {"leaf_pss_signed.pem leaf.key", "ok:"},
           {"leaf.pem leaf.pem leaf.key leaf.key.der inter.pem inter.der", "ok:"},
           {"empty.p12", "ok:"},
           {"names.pem leaf.key inter.pem", "ok:"}},
          usual_settings());
  }

  void finds_leaf_and_key() {
    check({{"leaf.key", "error: no-leaf"},
           {"inter.pem", "error: no-leaf"},
           {"inter.pem root.pem leaf.key", "error: no-leaf"},
           {"leaf.pem leaf_other.pem leaf.key inter.pem", "error: several-leaves"},
           {"leaf.pem leaf_renewed.pem leaf.key inter.pem", "error: several-leaves"},
           {"leaf.pem inter.pem", "error: no-key"},
           {"leaf.pem rsa.pem rsa.key inter.pem", "error: no-key"},
           {"leaf.pem other.key inter.pem", "error: key-mismatch"},
           {"leaf.pem rsa.key inter.pem", "error: key-mismatch"},
           {"leaf.pem leaf.broken.key.der inter.pem", "error: key-mismatch"},
           {"rsa.pem rsa.broken.key.der inter.pem", "error: key-mismatch"},
           {"leaf.pem leaf.broken.key.der leaf.key inter.pem", "ok:"},
           {"leaf.pem leaf.key other.key inter.pem", "warning: key-superfluous"},
           {"leaf.pem leaf.enc.key inter.pem", "error: key-encrypted"},
           {"modern.p12", "error: key-encrypted"},
           {"leaf.pem leaf.key inter.pem leaf.csr", "error: unparsable"},
           {"leaf_ca.pem leaf.key inter.pem", "error: leaf-is-ca"},
           {"leaf_ca.pem inter.pem", "error: no-key leaf-is-ca"},
           {"root.pem root.key", "error: name-mismatch usage-not-server leaf-is-ca self-signed"},
           {"leaf.pem leaf.key inter.pem inter.key", "warning: key-superfluous"},
           {"leaf.pem inter.pem rsa.old.key", "error: key-encrypted"}},
          usual_settings());
    CPPUNIT_ASSERT_EQUAL(std::string("error: no-leaf"), summary(verify(Material{}, usual_settings())));
    // What is damaged may be the key, and then it is not missing besides.
    std::vector<Input> inputs;
    for (const std::string& content : {certificate_file("leaf.pem"), certificate_file("inter.pem"),
                                       certificate_file("leaf.key").substr(0, 100)})
      inputs.push_back({"file", base::Secret::copy_of(content)});
    CPPUNIT_ASSERT_EQUAL(std::string("error: unparsable"),
                         summary(verify(read_material(std::move(inputs), nullptr), usual_settings())));
  }

  void finds_what_is_wrong_with_the_chain() {
    check({{"leaf.pem leaf.key", "error: chain-incomplete"},
           {"leaf_by_sub.pem leaf.key sub.pem", "error: chain-incomplete"},
           {"leaf_by_sub.pem leaf.key inter.pem", "error: chain-incomplete chain-superfluous"},
           {"leaf.pem leaf.key inter_expired.pem", "error: expired"},
           {"leaf.pem leaf.key inter_expired.pem inter.pem", "warning: chain-superfluous"},
           {"leaf.pem leaf.key inter_soon.pem", "warning: expires-soon"},
           {"leaf.pem leaf.key inter_future.pem", "error: not-yet-valid"},
           {"leaf.pem leaf.key inter_sha1.pem", "error: signature-weak"},
           {"leaf.pem leaf.key inter_client.pem", "error: usage-not-server"},
           {"leaf_by_p224.pem leaf.key inter_p224.pem", "error: key-weak"},
           {"leaf.pem leaf.key inter.pem root.pem", "warning: chain-superfluous"},
           {"leaf.pem leaf.key chain.pem", "warning: chain-superfluous"},
           {"leaf.pem leaf.key inter.pem inter_again.pem", "warning: chain-superfluous"},
           {"leaf.pem leaf.key inter.pem inter2.pem", "warning: chain-superfluous"},
           {"leaf.pem leaf.key inter_cross.pem", "error: chain-incomplete"},
           {"leaf.pem leaf.key inter_cross.pem inter.pem", "warning: chain-superfluous"},
           {"leaf.pem leaf.key inter_cross.pem root2.pem", "warning: private-root"},
           {"selfsigned.pem selfsigned.key", "warning: self-signed"},
           {"selfsigned_ca.pem selfsigned.key", "warning: self-signed"}},
          usual_settings());
    VerifySettings without_roots = usual_settings();
    without_roots.roots.clear();
    check({{"leaf.pem leaf.key chain.pem", "warning: private-root"},
           {"leaf.pem leaf.key inter.pem root_sha1.pem", "warning: private-root"},
           {"leaf.pem leaf.key inter.pem", "error: chain-incomplete"}},
          without_roots);
    // A root that signed itself with SHA-1 is trusted as it stands, not for that signature.
    VerifySettings other_root = usual_settings();
    other_root.roots = *load_roots(tests::certificate_path("root2.pem"));
    check({{"leaf.pem leaf.key inter_cross.pem", "ok:"},
           {"leaf.pem leaf.key inter.pem root_by_root2.pem", "ok:"},
           {"leaf.pem leaf.key inter.pem root.pem root_by_root2.pem", "warning: chain-superfluous"}},
          other_root);
  }

  void finds_what_is_wrong_with_the_leaf() {
    check({{"leaf_client.pem leaf.key inter.pem", "error: usage-not-server"},
           {"leaf_usage_bad.pem leaf.key inter.pem", "error: usage-not-server"},
           {"rsa_encipherment.pem rsa.key inter.pem", "error: usage-not-server"},
           {"leaf_sha1.pem leaf.key inter.pem", "error: signature-weak"},
           {"leaf_md5.pem leaf.key", "error: signature-weak"},
           {"rsa2047.pem rsa2047.key inter.pem", "error: key-weak"},
           {"rsa512.pem rsa512.key inter.pem", "error: key-weak"},
           {"p224.pem p224.key inter.pem", "error: key-weak"},
           {"dsa.pem dsa.key inter.pem", "error: key-weak"},
           {"leaf_staple.pem leaf.key inter.pem", "warning: must-staple"},
           {"leaf_critical.pem leaf.key inter.pem", "error: extension-unknown"},
           {"cn_only.pem leaf.key inter.pem", "warning: name-cn-only"},
           {"cn_and_mail.pem leaf.key inter.pem", "warning: name-cn-only"},
           {"cn_and_san.pem leaf.key inter.pem", "error: name-mismatch"},
           {"ed25519.pem ed25519.key inter.pem", "warning: key-type-uncommon"},
           {"rsapss.pem rsapss.key inter.pem", "warning: key-type-uncommon"},
           {"rsapss.pem rsapss.broken.key.der inter.pem", "error: key-type-uncommon key-mismatch"},
           {"ed25519.pem ed25519.key leaf.pem leaf.key inter.pem", "ok:"}},
          usual_settings());
  }

  void finds_what_an_authority_may_not_do() {
    check({{"leaf.pem leaf.key inter_not_ca.pem", "error: path-constraint"},
           {"leaf.pem leaf.key inter_no_sign.pem", "error: path-constraint"},
           {"leaf_by_sub.pem leaf.key sub.pem inter_path0.pem", "error: path-constraint"},
           {"leaf.pem leaf.key inter_excluded.pem", "error: path-constraint"}},
          usual_settings());
    VerifySettings outside = usual_settings();
    outside.hostnames = {"mx.example.net"};
    check({{"outside.pem leaf.key inter_names.pem", "error: path-constraint"},
           {"outside.pem leaf.key inter_excluded.pem", "ok:"},
           {"outside.pem leaf.key inter.pem", "ok:"}},
          outside);
  }

  void checks_dates_to_the_second() {
    struct Second {
      const char* at;
      const char* want;
    };
    for (const Second& row : std::initializer_list<Second>{{"2025-12-31T23:59:59Z", "error: not-yet-valid"},
                                                           {"2026-01-01T00:00:00Z", "ok:"},
                                                           {"2026-12-01T23:59:59Z", "ok:"},
                                                           {"2026-12-02T00:00:00Z", "warning: expires-soon"},
                                                           {"2027-01-01T00:00:00Z", "warning: expires-soon"},
                                                           {"2027-01-01T00:00:01Z", "error: expired"}}) {
      VerifySettings settings = usual_settings();
      settings.at = *base::parse_date(row.at);
      check({{"leaf.pem leaf.key inter.pem", row.want}}, settings);
    }
    VerifySettings late = usual_settings();
    late.at = *base::parse_date("2041-01-01T00:00:00Z");
    const Verified verified = verify(material_of("leaf_no_end.pem leaf.key inter.pem"), late);
    CPPUNIT_ASSERT_EQUAL(std::string("error: expired expired"), summary(verified));
    CPPUNIT_ASSERT(verified.findings[0].text.find("Test Intermediate") != std::string::npos);
    CPPUNIT_ASSERT(verified.findings[1].text.find("Test Root") != std::string::npos);
  }

  void checks_every_host_name() {
    VerifySettings settings = usual_settings();
    settings.hostnames = {"mx.example.com", "a.mail.example.com", "192.0.2.1"};
    check({{"names.pem leaf.key inter.pem", "ok:"},
           {"leaf.pem leaf.key inter.pem", "error: name-mismatch name-mismatch"}},
          settings);
    settings.hostnames = {"not a host"};
    check({{"leaf.pem leaf.key inter.pem", "error: name-mismatch"}}, settings);
    settings.hostnames.clear();
    check({{"leaf.pem leaf.key inter.pem", "ok:"}, {"cn_only.pem leaf.key inter.pem", "ok:"}}, settings);
  }

  void finds_damaged_signatures() {
    for (const char* file : {"leaf.der", "inter.der", "selfsigned.der"}) {
      const bool is_self_signed = std::string(file) == "selfsigned.der";
      Material material = material_of(is_self_signed                    ? "selfsigned.key"
                                      : std::string(file) == "leaf.der" ? "leaf.key inter.pem"
                                                                        : "leaf.key leaf.pem");
      std::string damaged = certificate_file(file);
      damaged.back() = static_cast<char>(damaged.back() ^ 1);
      material.certificates.push_back(*Certificate::from_der(damaged));
      material.certificate_places.clear();
      CPPUNIT_ASSERT_EQUAL_MESSAGE(file, std::string("error: signature-invalid"),
                                   summary(verify(std::move(material), usual_settings())));
    }
  }

  void tells_all_at_once() {
    VerifySettings settings = usual_settings();
    settings.hostnames = {"elsewhere.example.com"};
    settings.at = *base::parse_date("2028-01-01");
    const Verified verified =
        verify(material_of("rsa512.pem leaf.key leaf.csr inter_sha1.pem root2.pem"), settings);
    std::set<std::string> names;
    for (const base::Finding& finding : verified.findings) names.insert(finding.check);
    for (const char* name : {"unparsable", "key-mismatch", "key-weak", "signature-weak", "expired",
                             "name-mismatch", "chain-superfluous"})
      CPPUNIT_ASSERT_MESSAGE(name, names.count(name) == 1);
    // By file, in the order in which they were given.
    CPPUNIT_ASSERT_EQUAL(std::string("rsa512.pem"), verified.findings.front().file);
    CPPUNIT_ASSERT_EQUAL(std::string("root2.pem"), verified.findings.back().file);
    CPPUNIT_ASSERT(verified.identities.empty() && verified.leaf);
  }

  void puts_identities_side_by_side() {
    const Verified verified =
        verify(material_of("rsa.pem leaf.pem leaf.key inter.pem rsa.key"), usual_settings());
    CPPUNIT_ASSERT_EQUAL(std::string("ok:"), summary(verified));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, verified.identities.size());
    CPPUNIT_ASSERT_EQUAL(std::string("rsa"), verified.identities[0].name);
    CPPUNIT_ASSERT_EQUAL(std::string("ecdsa"), verified.identities[1].name);
    for (const Identity& identity : verified.identities) {
      CPPUNIT_ASSERT(identity.key.matches(identity.leaf));
      CPPUNIT_ASSERT_EQUAL(std::string("/Test Intermediate"), chain_names(identity));
      CPPUNIT_ASSERT(!identity.is_self_signed);
    }
    CPPUNIT_ASSERT(verified.leaf->der() == certificate_file("rsa.der"));
    const Verified self = verify(material_of("selfsigned.pem selfsigned.key"), usual_settings());
    CPPUNIT_ASSERT(self.identities.size() == 1 && self.identities[0].is_self_signed);
    const Verified doubled =
        verify(material_of("leaf.pem leaf_renewed.pem leaf.key inter.pem"), usual_settings());
    CPPUNIT_ASSERT(doubled.leaf->der() == certificate_file("leaf_renewed.der"));
  }

  void puts_the_chain_in_order() {
    const std::string leaf = certificate_file("leaf_by_sub.pem");
    const std::string sub = certificate_file("sub.pem");
    const std::string inter = certificate_file("inter.pem");
    const std::string key = certificate_file("leaf.key");
    struct Order {
      std::vector<std::string> files;
      const char* want;
    };
    for (const Order& row :
         std::initializer_list<Order>{{{key + leaf + sub + inter}, "ok:"},
                                      {{leaf + sub + inter + key}, "ok:"},
                                      {{inter, sub, leaf, key}, "ok:"},
                                      {{sub + inter, leaf + key}, "ok:"},
                                      {{leaf + inter + sub + key}, "warning: chain-order"},
                                      {{inter + sub, leaf + key}, "warning: chain-order"},
                                      {{sub + inter + leaf, key}, "warning: chain-order"}}) {
      std::vector<Input> inputs;
      for (const std::string& file : row.files)
        inputs.push_back({std::to_string(inputs.size()), base::Secret::copy_of(file)});
      const Verified verified = verify(read_material(std::move(inputs), nullptr), usual_settings());
      CPPUNIT_ASSERT_EQUAL(std::string(row.want), summary(verified));
      CPPUNIT_ASSERT_EQUAL(std::string("/Test Sub/Test Intermediate"),
                           chain_names(verified.identities.at(0)));
    }
  }

  void keeps_what_a_published_record_designates() {
    VerifySettings settings = usual_settings();
    const Certificate root = *Certificate::from_der(certificate_file("root.der"));
    settings.is_designated = [&](const Certificate& certificate) { return certificate == root; };
    const Verified kept = verify(material_of("leaf.pem leaf.key chain.pem"), settings);
    CPPUNIT_ASSERT_EQUAL(std::string("ok:"), summary(kept));
    CPPUNIT_ASSERT_EQUAL(std::string("/Test Intermediate/Test Root"), chain_names(kept.identities.at(0)));
    const Certificate cross = *Certificate::from_der(certificate_file("inter_cross.der"));
    settings.is_designated = [&](const Certificate& certificate) { return certificate == cross; };
    const Verified beside = verify(material_of("leaf.pem leaf.key inter.pem inter_cross.pem"), settings);
    CPPUNIT_ASSERT_EQUAL(std::string("ok:"), summary(beside));
    CPPUNIT_ASSERT_EQUAL(std::string("/Test Intermediate/Test Intermediate"),
                         chain_names(beside.identities.at(0)));
  }

  void accepts_what_it_is_told_to() {
    VerifySettings settings = usual_settings();
    settings.accepted = {"chain-incomplete", "key-mismatch", "no-key", "nonsense"};
    check({{"leaf.pem leaf.key", "warning: chain-incomplete"},
           {"leaf.pem other.key inter.pem", "error: key-mismatch"},
           // There would be nothing to install.
           {"leaf.pem inter.pem", "error: no-key"},
           {"leaf_client.pem leaf.key", "error: usage-not-server chain-incomplete"}},
          settings);
    for (const CheckInfo& info : all_checks)
      CPPUNIT_ASSERT_EQUAL_MESSAGE(
          std::string(info.name), info.severity == base::Severity::error && info.check != Check::key_mismatch,
          may_accept(info.name));
    CPPUNIT_ASSERT(!may_accept("nonsense") && !may_accept(""));
  }

  void judges_certificates_alone() {
    VerifySettings settings = usual_settings();
    settings.needs_key = false;
    check({{"leaf.pem inter.pem", "ok:"},
           {"leaf.pem", "error: chain-incomplete"},
           {"leaf.pem other.key inter.pem", "error: key-mismatch"}},
          settings);
    settings.accepted = {"chain-incomplete"};
    check({{"leaf.pem", "warning: chain-incomplete"}}, settings);
  }

  void says_where_and_how_to_mend() {
    const Verified verified = verify(material_of("leaf_aia.pem leaf.key"), usual_settings());
    CPPUNIT_ASSERT_EQUAL(std::string("error: chain-incomplete"), summary(verified));
    const base::Finding& finding = verified.findings.front();
    CPPUNIT_ASSERT_EQUAL(std::string("leaf_aia.pem"), finding.file);
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{1}, finding.line);
    CPPUNIT_ASSERT(finding.text.find("Test Intermediate") != std::string::npos);
    CPPUNIT_ASSERT(finding.hint.find("http://ca.example/inter.der") != std::string::npos);
    // What stands in a certificate cannot write to a terminal.
    for (const base::Finding& one : verify(material_of("weird.pem leaf.key"), usual_settings()).findings)
      for (const char c : one.text + one.hint) CPPUNIT_ASSERT(static_cast<unsigned char>(c) >= 0x20);
  }

  void bears_a_pool_full_of_names() {
    // 900 intermediates with the one name, none of which has the right signature: only the serial number
    // tells them apart.
    const std::string der = certificate_file("inter.der");
    const auto original = Certificate::from_der(der);
    const std::size_t at = der.find(original->issuer_der()) - 20;
    Material material = material_of("leaf.pem leaf.key inter.pem");
    for (unsigned i = 0; i < 900; ++i) {
      std::string changed = der;
      changed[at] = static_cast<char>(i & 0x7FU);
      changed[at + 1] = static_cast<char>(i >> 7U);
      if (auto certificate = Certificate::from_der(changed))
        material.certificates.push_back(*std::move(certificate));
    }
    material.certificate_places.clear();
    CPPUNIT_ASSERT(material.certificates.size() > 500);
    const std::clock_t begin = std::clock();
    const Verified verified = verify(std::move(material), usual_settings());
    CPPUNIT_ASSERT(std::clock() - begin < 10 * CLOCKS_PER_SEC);
    CPPUNIT_ASSERT_EQUAL(std::string("warning: chain-superfluous"), summary(verified));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(VerifyTest);

}  // namespace tlsward::cert
