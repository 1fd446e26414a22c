#include "cert/store_about.h"

#include <random>
#include <string>

#include "cert/store_layout.h"
#include "sample.h"

namespace tlsward::cert {
namespace {

DeploymentAbout sample_about() {
  DeploymentAbout about{at(), "a.pem, b.pem", "self-signed", {}, {}};
  about.identities.push_back({"rsa", some_sha256('a'), some_sha256('b')});
  about.identities.push_back({"ecdsa", some_sha256('c'), some_sha256('d')});
  for (const std::string& name : deployment_files({"rsa", "ecdsa"}))
    about.files[name] = FileDigest{name.size(), some_sha256('1')};
  return about;
}

WaitingAbout sample_waiting() {
  return {at(),
          "rsa:3072",
          {"mx.example.org", "mx2.example.org"},
          some_sha256('e'),
          {{"key.pem", {1, some_sha256('1')}}, {"request.pem", {2, some_sha256('2')}}}};
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t found = text.find(from);
  CPPUNIT_ASSERT_MESSAGE(from, found != std::string::npos);
  return text.replace(found, from.size(), to);
}

}  // namespace

class StoreAboutTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(StoreAboutTest);
  CPPUNIT_TEST(reads_back_what_it_writes);
  CPPUNIT_TEST(survives_any_text_as_a_source);
  CPPUNIT_TEST(refuses_what_it_did_not_write);
  CPPUNIT_TEST(refuses_other_files_than_those_of_the_layout);
  CPPUNIT_TEST(refuses_every_part_of_itself);
  CPPUNIT_TEST(takes_no_harm_from_flipped_bytes);
  CPPUNIT_TEST(takes_no_harm_from_deep_nesting);
  CPPUNIT_TEST_SUITE_END();

 public:
  void reads_back_what_it_writes() {
    const DeploymentAbout about = sample_about();
    const DeploymentAbout back = must(parse_deployment_about(render_about(about)));
    CPPUNIT_ASSERT_EQUAL(render_about(about), render_about(back));
    CPPUNIT_ASSERT(back.made_at == at() && back.mark == "self-signed" && back.identities.size() == 2);
    CPPUNIT_ASSERT(back.files == about.files);
    const WaitingAbout waiting = must(parse_waiting_about(render_about(sample_waiting())));
    CPPUNIT_ASSERT_EQUAL(render_about(sample_waiting()), render_about(waiting));
    CPPUNIT_ASSERT_EQUAL(std::string("mx2.example.org"), waiting.names.at(1));
  }

  void survives_any_text_as_a_source() {
    DeploymentAbout about = sample_about();
    about.source.clear();
    for (int byte = 1; byte < 256; ++byte) about.source += static_cast<char>(byte);
    about.source += std::string(700, '\xFF');  // each becomes three bytes
    const DeploymentAbout back = must(parse_deployment_about(render_about(about)));
    CPPUNIT_ASSERT(back.source.starts_with("\x01\x02\x03") && back.source.ends_with("\xEF\xBF\xBD"));
  }

  void refuses_what_it_did_not_write() {
    const std::string good = render_about(sample_about());
    struct Row {
      const char *from, *to;
    };
    for (const auto& [from, to] :
         {Row{"\"made_at\": \"2026", "\"made_at\": \"yesterday"}, Row{"made_at", "made"},
          Row{"\"source\": \"a.pem, b.pem\"", "\"source\": 7"},
          Row{"\"mark\": \"self-signed\"", "\"mark\": null"},
          Row{"\"name\": \"rsa\"", "\"name\": \"../rsa\""}, Row{"\"name\": \"rsa\"", "\"name\": \"ecdsa\""},
          Row{"aaaa", "AAAA"}, Row{"\"identities\": [", "\"identities\": [], \"more\": ["},
          Row{"\"bytes\": 12", "\"bytes\": -12"}, Row{"\"bytes\": 12", "\"bytes\": \"12\""},
          Row{"\"bytes\": 12", "\"bytes\": 1.5"}, Row{"\"files\": {", "\"files\": [], \"more\": {"},
          Row{"{", "["}, Row{"{", "{{"}}) {
      const auto got = parse_deployment_about(with(good, from, to));
      CPPUNIT_ASSERT_MESSAGE(to, !got);
      CPPUNIT_ASSERT_MESSAGE(to, got.error().code == base::Errc::parse);
      CPPUNIT_ASSERT_MESSAGE(to, got.error().text.starts_with("about.json is "));
    }
    for (const char* const bad : {"", "null", "[]", "7", "\"x\"", "{}", "\xFF\xFE", "{\"made_at\":"}) {
      CPPUNIT_ASSERT_MESSAGE(bad, !parse_deployment_about(bad));
      CPPUNIT_ASSERT_MESSAGE(bad, !parse_waiting_about(bad));
    }
    CPPUNIT_ASSERT(!parse_waiting_about(with(render_about(sample_waiting()), "\"mx.example.org\"", "7")));
    CPPUNIT_ASSERT(!parse_waiting_about(good));
    CPPUNIT_ASSERT(!parse_deployment_about(render_about(sample_waiting())));
  }

  void refuses_other_files_than_those_of_the_layout() {
    for (const char* const wrong : {"../../etc/passwd", "rsa/other.pem", "about.json", "key.pem"}) {
      DeploymentAbout about = sample_about();
      about.files[wrong] = FileDigest{1, some_sha256('1')};
      CPPUNIT_ASSERT_MESSAGE(wrong, !parse_deployment_about(render_about(about)));
      about.files.erase("rsa/key.pem");  // as many as there should be, and not the right ones
      CPPUNIT_ASSERT_MESSAGE(wrong, !parse_deployment_about(render_about(about)));
    }
  }

  void refuses_every_part_of_itself() {
    const std::string good = render_about(sample_about());
    for (std::size_t size = 0; size + 2 < good.size(); ++size)
      CPPUNIT_ASSERT_MESSAGE(std::to_string(size), !parse_deployment_about(good.substr(0, size)));
  }

  void takes_no_harm_from_flipped_bytes() {
    std::mt19937 random(7);
    const std::string good = render_about(sample_about());
    int refused = 0;
    for (int i = 0; i < 3000; ++i) {
      std::string bad = good;
      bad[random() % bad.size()] = static_cast<char>(random());
      const auto got = parse_deployment_about(bad);
      if (got) {
        CPPUNIT_ASSERT_EQUAL(std::size_t{9}, got->files.size());
      } else {
        ++refused;
      }
    }
    CPPUNIT_ASSERT(refused > 1000);
  }

  void takes_no_harm_from_deep_nesting() {
    CPPUNIT_ASSERT(!parse_deployment_about(std::string(1000000, '[')));
    CPPUNIT_ASSERT(!parse_deployment_about(std::string(500000, '[') + std::string(500000, ']')));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoreAboutTest);

}  // namespace tlsward::cert
