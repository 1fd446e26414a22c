// Owns access lists that are in no file: names and texts given by a test.
#ifndef TLSWARD_TESTS_UNIT_POLICY_MEMORY_SOURCE_H
#define TLSWARD_TESTS_UNIT_POLICY_MEMORY_SOURCE_H

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "policy/list_source.h"

namespace tlsward::policy {

class MemorySource final : public ListSource {
 public:
  explicit MemorySource(std::map<std::string, std::string> files) : files_(std::move(files)) {}

  [[nodiscard]] base::Result<std::string> read(const std::string& path) const override {
    const auto it = files_.find(path);
    if (it == files_.end())
      return base::Error{base::Errc::missing, "cannot open: No such file or directory", path};
    return it->second;
  }
  [[nodiscard]] base::Result<std::vector<std::string>> matching(const std::string& pattern) const override {
    std::vector<std::string> out;
    for (const auto& [name, text] : files_) {
      if (base::glob_matches(pattern, name)) out.push_back(name);
    }
    return out;
  }
  [[nodiscard]] std::string identity(const std::string& path) const override { return path; }

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace tlsward::policy

#endif
