#include "sample.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/files.h"

namespace tlsward::cert {
namespace {

std::string pem(const std::string& label, const std::string& body) {
  return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
}

}  // namespace

base::Seconds at(int seconds) {
  return *base::parse_date("2026-11-22T10:00:00Z") + std::chrono::seconds(seconds);
}

std::string some_sha256(char digit) {
  return std::string(64, digit);
}

Sample::Sample(const std::vector<std::string>& names, const std::string& mark) {
  for (const std::string& name : names) {
    const std::string body = name + "/" + mark;
    Texts texts{
        pem("PRIVATE KEY", body), pem("CERTIFICATE", body), pem("CERTIFICATE", "issuer of " + body), {}};
    texts.fullchain = texts.certificate + texts.chain;
    texts_.push_back(texts);
  }
  deployment_.made_at = at();
  deployment_.source = "test " + mark;
  char digit = 'a';
  for (std::size_t i = 0; i < names.size(); ++i) {
    deployment_.identities.push_back({names[i], texts_[i].key, texts_[i].certificate, texts_[i].chain,
                                      some_sha256(digit), some_sha256(static_cast<char>('0' + i))});
    digit = digit == 'f' ? 'a' : static_cast<char>(digit + 1);
  }
}

TestStore::TestStore() : store(must(Store::open(folder.at("tls"), Store::Missing::make))) {}

StoreLock TestStore::lock() const {
  return must(store.lock("test", std::chrono::milliseconds(0), at()));
}

int TestStore::install(const std::string& mark) const {
  const StoreLock held = lock();
  const Sample sample({"only"}, mark);
  const int number = must(store.add(held, sample.deployment()));
  must(store.make_live(held, number));
  return number;
}

std::string read_text(const std::string& path) {
  return must(base::read_file(path, 1U << 20U));
}

mode_t mode_of(const std::string& path) {
  struct stat st {};
  CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 0, ::lstat(path.c_str(), &st));
  return st.st_mode & 07777U;
}

std::string names_in(const std::string& path) {
  std::vector<std::string> names;
  for (const auto& each : std::filesystem::directory_iterator(path)) names.push_back(each.path().filename());
  std::sort(names.begin(), names.end());
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : " ") + name;
  return out;
}

}  // namespace tlsward::cert
