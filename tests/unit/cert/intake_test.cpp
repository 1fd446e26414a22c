#include "cert/intake.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <ctime>
#include <initializer_list>
#include <random>

#include "base/files.h"
#include "support/certificates.h"
#include "support/temp_dir.h"

namespace tlsward::cert {
namespace {

using tests::certificate_file;

/// Answers with one passphrase, again and again, and counts how often it was asked.
struct Asker {
  std::optional<std::string> passphrase;
  int asked = 0;
  AskPassphrase function() {
    return [this](std::string_view, bool) -> std::optional<base::Secret> {
      ++asked;
      if (!passphrase) return std::nullopt;
      return base::Secret::copy_of(*passphrase);
    };
  }
};

Material read(std::initializer_list<std::string> contents,
              std::optional<std::string> passphrase = std::nullopt) {
  std::vector<Input> inputs;
  for (const std::string& content : contents)
    inputs.push_back({"file " + std::to_string(inputs.size() + 1), base::Secret::copy_of(content)});
  Asker asker{std::move(passphrase)};
  return read_material(std::move(inputs), asker.function());
}

/// "2 certificates, 1 key" and the names of the findings with their lines.
std::string summary(const Material& material) {
  std::string out = std::to_string(material.certificates.size()) + "+" + std::to_string(material.keys.size());
  for (const base::Finding& finding : material.findings) {
    out += " " + finding.check;
    if (finding.line != 0) out += ":" + std::to_string(finding.line);
  }
  return out;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// A certificate that differs from every other: nothing but its serial number is changed, which spoils its
/// signature, and the intake does not look at that.
std::string with_serial(std::string der, unsigned number) {
  const auto certificate = Certificate::from_der(der);
  std::string octets;
  const std::string hex = certificate->serial();
  for (std::size_t i = 0; i < hex.size(); i += 2)
    octets += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  const std::size_t at = der.find(octets) + octets.size() - 4;
  for (unsigned i = 0; i < 4; ++i) der[at + i] = static_cast<char>(number >> (8 * i) & 0xFFU);
  return der;
}

std::string pem_of(const std::string& der) {
  return Certificate::from_der(der)->pem();
}

}  // namespace

class IntakeTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(IntakeTest);
  CPPUNIT_TEST(reads_every_form);
  CPPUNIT_TEST(reads_pem_however_it_is_laid_out);
  CPPUNIT_TEST(opens_what_is_encrypted);
  CPPUNIT_TEST(asks_once_for_one_passphrase);
  CPPUNIT_TEST(asks_three_times_for_a_wrong_one);
  CPPUNIT_TEST(takes_each_thing_once);
  CPPUNIT_TEST(tells_what_it_cannot_read);
  CPPUNIT_TEST(keeps_a_block_after_a_cut_one);
  CPPUNIT_TEST(limits_certificates_and_keys);
  CPPUNIT_TEST(limits_findings);
  CPPUNIT_TEST(refuses_endless_key_derivation);
  CPPUNIT_TEST(bears_damage_anywhere);
  CPPUNIT_TEST(bears_long_files_of_nothing);
  CPPUNIT_TEST(says_where_things_were);
  CPPUNIT_TEST(loads_files_and_refuses_what_is_none);
  CPPUNIT_TEST_SUITE_END();

 public:
  void reads_every_form() {
    struct Row {
      const char* file;
      const char* want;
    };
    for (const Row& row : std::initializer_list<Row>{
             {"leaf.pem", "1+0"},
             {"leaf.der", "1+0"},
             {"leaf.trusted.pem", "1+0"},
             {"chain.pem", "2+0"},
             {"leaf.key", "0+1"},
             {"leaf.key.der", "0+1"},
             {"leaf.traditional.key", "0+1"},
             {"leaf.traditional.key.der", "0+1"},
             {"rsa.key", "0+1"},
             {"rsa.key.der", "0+1"},
             {"rsa.traditional.key", "0+1"},
             {"rsa.traditional.key.der", "0+1"},
             {"rsapss.key", "0+1"},
             {"ed25519.key", "0+1"},
             {"ed25519.v2.key.der", "0+1"},
             {"leaf.v2.key.der", "0+1"},
             {"p384.key", "0+1"},
             {"p521.key", "0+1"},
             {"dsa.key", "0+1"},
             {"bundle.p7b", "3+0"},
             {"bundle.p7b.der", "3+0"},
             {"empty.p12", "2+1"},
             {"null.p12", "1+1"},
             {"plain.p12", "2+1"},
         })
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.file, std::string(row.want),
                                   summary(read({certificate_file(row.file)})));
  }

  void reads_pem_however_it_is_laid_out() {
    const std::string leaf = certificate_file("leaf.pem");
    const std::string key = certificate_file("leaf.key");
    const std::string both = leaf + key;
    const std::string bare =
        replaced(replaced(leaf, "-----BEGIN CERTIFICATE-----\n", ""), "-----END CERTIFICATE-----\n", "");
    struct Row {
      const char* label;
      std::string text;
      const char* want;
    };
    for (const Row& row : std::initializer_list<Row>{
             {"as it is", both, "1+1"},
             {"key first", key + leaf, "1+1"},
             {"CRLF", replaced(both, "\n", "\r\n"), "1+1"},
             {"CR", replaced(both, "\n", "\r"), "1+1"},
             {"byte-order marks", fmt::format("\xEF\xBB\xBF{}\xEF\xBB\xBF{}", leaf, key), "1+1"},
             {"indented", "    " + replaced(both, "\n", "\n\t  "), "1+1"},
             {"blanks at the ends", replaced(both, "\n", "  \n"), "1+1"},
             {"blank lines", replaced(both, "\n", "\n\n"), "1+1"},
             {"text around", fmt::format("Here you are:\n-- \n{}and\n0 s:CN=x\n{}Yours, -----\n", leaf, key),
              "1+1"},
             {"no last end of line", both.substr(0, both.size() - 1), "1+1"},
             {"older label", replaced(both, " CERTIFICATE", " X509 CERTIFICATE"), "1+1"},
             {"unrelated blocks",
              fmt::format("{}{}{}{}{}{}", certificate_file("ec.params"), certificate_file("dh.params"), key,
                          certificate_file("leaf.csr"), certificate_file("leaf.pub"), leaf),
              "1+1"},
             {"an unrelated block is cut", "-----BEGIN DH PARAMETERS-----\n!!\n" + both, "1+1"},
             {"without its marks", bare, "1+0"},
             {"in one line",
              "-----BEGIN CERTIFICATE-----\n" + replaced(bare, "\n", "") + "\n-----END CERTIFICATE-----\n",
              "1+0"},
         })
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.label, std::string(row.want), summary(read({row.text})));
  }

  void opens_what_is_encrypted() {
    struct Row {
      const char* file;
      const char* opened;
      int line;  // of the finding when it stays closed
    };
    for (const Row& row : std::initializer_list<Row>{
             {"rsa.enc.key", "0+1", 1},
             {"leaf.enc.key", "0+1", 1},
             {"rsa.enc3des.key", "0+1", 1},
             {"rsa.enc.key.der", "0+1", 0},
             {"rsa.old.key", "0+1", 1},
             {"leaf.old.key", "0+1", 1},
             {"rsa.old3des.key", "0+1", 1},
             {"modern.p12", "2+1", 0},
             {"legacy.p12", "2+1", 0},
             {"legacy3des.p12", "2+1", 0},
             {"nomac.p12", "2+1", 0},
         }) {
      const std::string content = certificate_file(row.file);
      const std::string where = row.line == 0 ? std::string() : fmt::format(":{}", row.line);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.file, std::string(row.opened),
                                   summary(read({content}, "correct horse")));
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.file, fmt::format("0+0 key-encrypted{}", where),
                                   summary(read({content})));
      for (const char* wrong : {"", "correct horsf", "correct horse "})
        CPPUNIT_ASSERT_EQUAL_MESSAGE(row.file, fmt::format("0+0 passphrase-wrong{}", where),
                                     summary(read({content}, wrong)));
    }
  }

  void asks_once_for_one_passphrase() {
    std::vector<Input> inputs;
    for (const char* file : {"modern.p12", "rsa.enc.key", "rsa.old.key", "empty.p12"})
      inputs.push_back({file, base::Secret::copy_of(certificate_file(file))});
    Asker asker{"correct horse"};
    CPPUNIT_ASSERT_EQUAL(std::string("2+2"), summary(read_material(std::move(inputs), asker.function())));
    CPPUNIT_ASSERT_EQUAL(1, asker.asked);
  }

  void asks_three_times_for_a_wrong_one() {
    std::string heard;
    const AskPassphrase ask = [&](std::string_view what, bool again) -> std::optional<base::Secret> {
      heard += again ? "again " : std::string(what) + ": first ";
      return base::Secret::copy_of("wrong");
    };
    std::vector<Input> inputs;
    inputs.push_back({"a.key", base::Secret::copy_of(certificate_file("rsa.enc.key"))});
    const Material material = read_material(std::move(inputs), ask);
    CPPUNIT_ASSERT_EQUAL(std::string("0+0 passphrase-wrong:1"), summary(material));
    CPPUNIT_ASSERT_EQUAL(std::string("the private key in a.key: first again again "), heard);
    CPPUNIT_ASSERT(!material.findings.front().hint.empty());
  }

  void takes_each_thing_once() {
    const std::string leaf = certificate_file("leaf.pem");
    CPPUNIT_ASSERT_EQUAL(std::string("1+0"),
                         summary(read({leaf + leaf, leaf, certificate_file("leaf.der")})));
    CPPUNIT_ASSERT_EQUAL(std::string("0+1"),
                         summary(read({certificate_file("rsa.key"), certificate_file("rsa.traditional.key"),
                                       certificate_file("rsa.key.der"), certificate_file("rsa.old.key")},
                                      "correct horse")));
    // One that works and one that does not, with one public half, are two.
    CPPUNIT_ASSERT_EQUAL(
        std::string("0+2"),
        summary(read({certificate_file("leaf.broken.key.der"), certificate_file("leaf.key")})));
  }

  void tells_what_it_cannot_read() {
    const std::string leaf = certificate_file("leaf.pem");
    const std::string der = certificate_file("leaf.der");
    const std::string key = certificate_file("leaf.key");
    struct Row {
      const char* label;
      std::string content;
      const char* want;
    };
    for (const Row& row : std::initializer_list<Row>{
             {"nothing", "", "0+0 unparsable"},
             {"text", "hello\n", "0+0 unparsable"},
             {"a request alone", certificate_file("leaf.csr"), "0+0 unparsable"},
             {"UTF-16", std::string("\xFF\xFE-\0-\0", 6), "0+0 unparsable"},
             {"no END", "x\n" + leaf.substr(0, leaf.size() / 2), "0+0 unparsable:2"},
             {"another END", replaced(leaf, "END CERT", "END X509 CERT"), "0+0 unparsable:1"},
             {"no base64", replaced(leaf, "MII", "M!I"), "0+0 unparsable:1"},
             {"base64 cut", leaf.substr(0, 200) + "\n-----END CERTIFICATE-----\n", "0+0 unparsable:1"},
             {"a key called certificate", replaced(key, " PRIVATE KEY", " CERTIFICATE"), "0+0 unparsable:1"},
             {"a certificate called key", replaced(leaf, " CERTIFICATE", " PRIVATE KEY"), "0+0 unparsable:1"},
             {"a certificate called encrypted key", replaced(leaf, " CERTIFICATE", " ENCRYPTED PRIVATE KEY"),
              "0+0 unparsable:1"},
             {"a certificate called PKCS#7", replaced(leaf, " CERTIFICATE", " PKCS7"), "0+0 unparsable:1"},
             {"empty block", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "0+0 unparsable:1"},
             {"SSH", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
              "0+0 unparsable:1"},
             {"DER cut", der.substr(0, der.size() - 1), "0+0 unparsable"},
             {"DER damaged", replaced(der, der.substr(8, 4), "\xFF\xFF\xFF\xFF"), "0+0 unparsable"},
             {"PKCS#7 without certificates", certificate_file("nothing.p7b.der"), "0+0 unparsable"},
             {"PKCS#12 cut", certificate_file("modern.p12").substr(0, 500), "0+0 unparsable"},
         }) {
      const Material material = read({row.content}, "correct horse");
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.label, std::string(row.want), summary(material));
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.label, std::string("file 1"), material.findings.front().file);
      CPPUNIT_ASSERT_MESSAGE(row.label, !material.findings.front().hint.empty());
    }
    // The MAC is what tells that a file is as it was made; GnuTLS's simple parser takes this one.
    CPPUNIT_ASSERT_EQUAL(std::string("0+0 passphrase-wrong"),
                         summary(read({certificate_file("badmac.p12")}, "correct horse")));
  }

  void keeps_a_block_after_a_cut_one() {
    const std::string leaf = certificate_file("leaf.pem");
    const Material material = read({leaf.substr(0, 300) + "\n" + certificate_file("inter.pem")});
    CPPUNIT_ASSERT_EQUAL(std::string("1+0 unparsable:1"), summary(material));
    CPPUNIT_ASSERT(material.certificates.front().der() == certificate_file("inter.der"));
  }

  void limits_certificates_and_keys() {
    const std::string der = certificate_file("leaf.der");
    std::string bundle;
    for (unsigned i = 0; i < max_certificates; ++i) bundle += pem_of(with_serial(der, i));
    CPPUNIT_ASSERT_EQUAL(std::string("1000+0"), summary(read({bundle})));
    for (unsigned i = max_certificates; i < 10000; ++i) bundle += pem_of(with_serial(der, i));
    const std::clock_t begin = std::clock();
    const Material many = read({bundle, bundle});
    CPPUNIT_ASSERT(std::clock() - begin < 20 * CLOCKS_PER_SEC);
    CPPUNIT_ASSERT_EQUAL(std::size_t{max_certificates}, many.certificates.size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, many.findings.size());
    CPPUNIT_ASSERT_EQUAL(std::string("too-many-certificates"), many.findings.front().check);

    std::string keys;
    for (std::size_t i = 0; i < max_keys; ++i)
      keys += PrivateKey::generate({KeyKind::ecdsa, 256})->pkcs8_pem()->view();
    CPPUNIT_ASSERT_EQUAL(std::string("0+16"), summary(read({keys})));
    keys += certificate_file("leaf.key");
    const Material too_many = read({keys, certificate_file("rsa.key")});
    CPPUNIT_ASSERT_EQUAL(std::size_t{16}, too_many.keys.size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, too_many.findings.size());
    CPPUNIT_ASSERT_EQUAL(std::string("too-many-keys"), too_many.findings.front().check);
  }

  void limits_findings() {
    std::string cut;
    for (int i = 0; i < 20000; ++i) cut += "-----BEGIN CERTIFICATE-----\n";
    const Material material = read({cut});
    CPPUNIT_ASSERT_EQUAL(std::size_t{51}, material.findings.size());
    CPPUNIT_ASSERT_EQUAL(std::string("more-findings"), material.findings.back().check);
  }

  void refuses_endless_key_derivation() {
    const std::clock_t begin = std::clock();
    const Material material = read({certificate_file("manyrounds.p12")}, "correct horse");
    CPPUNIT_ASSERT(std::clock() - begin < 10 * CLOCKS_PER_SEC);
    CPPUNIT_ASSERT_EQUAL(std::string("0+0 unparsable"), summary(material));
    CPPUNIT_ASSERT(material.findings.front().text.find("2000000000 rounds") != std::string::npos);
  }

  void bears_damage_anywhere() {
    std::mt19937 random(20260601);
    for (const char* file :
         {"leaf.der", "leaf.pem", "leaf.key", "rsa.key.der", "leaf.trusted.pem", "bundle.p7b",
          "bundle.p7b.der", "empty.p12", "plain.p12", "rsa.enc.key.der", "rsa.old.key"}) {
      const std::string good = certificate_file(file);
      std::size_t damaged = 0;
      for (int i = 0; i < 100; ++i) {
        std::string bad = good;
        for (int k = 0; k < 3; ++k) bad[random() % bad.size()] = static_cast<char>(random() & 0xFFU);
        if (i % 4 == 0) bad.resize(random() % bad.size());
        const Material material = read({bad}, "correct horse");
        if (!material.findings.empty()) ++damaged;
        // Whatever is left is whole: it can be written and judged.
        for (const Certificate& certificate : material.certificates)
          CPPUNIT_ASSERT(!certificate.pem().empty());
        CPPUNIT_ASSERT(!material.findings.empty() || !material.certificates.empty() ||
                       !material.keys.empty());
      }
      CPPUNIT_ASSERT_MESSAGE(file, damaged > 25);
    }
  }

  void bears_long_files_of_nothing() {
    const std::size_t size = 4 << 20;
    std::string keys;
    for (unsigned i = 1000000; keys.size() < size; ++i)
      keys += "-----BEGIN PRIVATE KEY-----\nA" + std::to_string(i) + "\n-----END PRIVATE KEY-----\n";
    std::string nested;
    while (nested.size() < size) nested += "\x30\x80";
    const std::clock_t begin = std::clock();
    for (const std::string& content :
         {std::string(size, '\0'), std::string(size, 'A'), std::string(size, '\n'), keys, nested,
          "\x30\x80\x02\x01\x03" + nested}) {
      const Material material = read({content});
      CPPUNIT_ASSERT(!material.findings.empty() && material.findings.size() <= 51);
      CPPUNIT_ASSERT(material.certificates.empty() && material.keys.empty());
    }
    CPPUNIT_ASSERT(std::clock() - begin < 60 * CLOCKS_PER_SEC);
  }

  void says_where_things_were() {
    const Material material = read({"text\n" + certificate_file("leaf.pem"), certificate_file("bundle.p7b"),
                                    certificate_file("leaf.traditional.key")});
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, material.certificate_places.size());
    CPPUNIT_ASSERT_EQUAL(std::string("file 1"), material.certificate_places[0].file);
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{2}, material.certificate_places[0].line);
    CPPUNIT_ASSERT(material.certificate_places[0].is_ordered);
    CPPUNIT_ASSERT_EQUAL(std::string("file 2"), material.certificate_places[1].file);
    CPPUNIT_ASSERT(!material.certificate_places[1].is_ordered);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, material.key_places.size());
    CPPUNIT_ASSERT_EQUAL(std::string("file 3"), material.key_places[0].file);
  }

  void loads_files_and_refuses_what_is_none() {
    const tests::TempDir folder;
    const auto good = load_input(folder.write("anything.exe", "text"));
    CPPUNIT_ASSERT(good && good->content.view() == "text");
    CPPUNIT_ASSERT(load_input(folder.at("missing")).error().code == base::Errc::missing);
    const auto directory = load_input(folder.path());
    CPPUNIT_ASSERT(!directory && directory.error().code == base::Errc::range);
    const base::Finding finding = unreadable_finding(folder.path(), directory.error());
    CPPUNIT_ASSERT_EQUAL(std::string("unreadable"), finding.check);
    CPPUNIT_ASSERT(finding.text.find("directory") != std::string::npos);
    const base::Descriptor usual(::dup(STDIN_FILENO));
    const base::Descriptor paste(::open(folder.write("paste", "pasted").c_str(), O_RDONLY));
    CPPUNIT_ASSERT_EQUAL(STDIN_FILENO, ::dup2(paste.get(), STDIN_FILENO));
    const auto pasted = load_input("-");
    ::dup2(usual.get(), STDIN_FILENO);
    CPPUNIT_ASSERT(pasted && pasted->name == "standard input" && pasted->content.view() == "pasted");
    const std::string junk = folder.write("junk", "");
    CPPUNIT_ASSERT_EQUAL(0, ::truncate(junk.c_str(), 100 << 20));
    CPPUNIT_ASSERT(load_input(junk).error().code == base::Errc::range);
    CPPUNIT_ASSERT(load_input("/dev/zero").error().code == base::Errc::range);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(IntakeTest);

}  // namespace tlsward::cert
