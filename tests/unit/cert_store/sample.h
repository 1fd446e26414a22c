// Owns what the tests of the store put into it.
#ifndef TLSWARD_TESTS_UNIT_CERT_STORE_SAMPLE_H
#define TLSWARD_TESTS_UNIT_CERT_STORE_SAMPLE_H

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cert/store.h"
#include "support/temp_dir.h"

namespace tlsward::cert {

/// 2026-11-22T10:00:00Z, and as many seconds later.
base::Seconds at(int seconds = 0);

/// 64 hexadecimal digits.
std::string some_sha256(char digit);

/// A deployment of identities by these names, with texts that look like PEM to the store, and differ by
/// `mark`. It owns the texts that the deployment refers to.
class Sample {
 public:
  Sample(const std::vector<std::string>& names, const std::string& mark);
  [[nodiscard]] const NewDeployment& deployment() const { return deployment_; }
  [[nodiscard]] NewDeployment& deployment() { return deployment_; }
  [[nodiscard]] const std::string& key(std::size_t i) const { return texts_[i].key; }
  [[nodiscard]] const std::string& fullchain(std::size_t i) const { return texts_[i].fullchain; }

 private:
  struct Texts {
    std::string key, certificate, chain, fullchain;
  };
  std::vector<Texts> texts_;
  NewDeployment deployment_;
};

/// A store in a folder of its own.
struct TestStore {
  TestStore();
  [[nodiscard]] StoreLock lock() const;
  /// Adds a deployment of one identity and makes it live; comes back with its number.
  int install(const std::string& mark) const;
  [[nodiscard]] std::string path(const std::string& name) const { return folder.at("tls/" + name); }

  tests::TempDir folder;
  Store store;
};

/// The value, or a failed test that tells the error.
template <class T>
T must(base::Result<T> result) {
  CPPUNIT_ASSERT_MESSAGE(result ? "" : result.error().message(), static_cast<bool>(result));
  return *std::move(result);
}

std::string read_text(const std::string& path);
mode_t mode_of(const std::string& path);
/// The names in a folder, sorted, separated by blanks.
std::string names_in(const std::string& path);

}  // namespace tlsward::cert

#endif
