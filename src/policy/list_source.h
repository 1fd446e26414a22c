// Owns where an access list comes from: files now; anything that can give text by name later.
#ifndef TLSWARD_POLICY_LIST_SOURCE_H
#define TLSWARD_POLICY_LIST_SOURCE_H

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace tlsward::policy {

/// The seam between the parser, which is pure, and the place where lists lie.
class ListSource {
 public:
  ListSource() = default;
  virtual ~ListSource() = default;
  ListSource(const ListSource&) = delete;
  ListSource& operator=(const ListSource&) = delete;

  /// The whole text. Errors: missing, permission, range (no regular file, too large), io.
  [[nodiscard]] virtual base::Result<std::string> read(const std::string& path) const = 0;
  /// The names that a glob stands for, in order.
  [[nodiscard]] virtual base::Result<std::vector<std::string>> matching(const std::string& pattern) const = 0;
  /// Two names of one text have one identity; by it a loop of includes is found.
  [[nodiscard]] virtual std::string identity(const std::string& path) const = 0;
};

/// Lists in files. Reads at most max_list_bytes of each.
class FileSource final : public ListSource {
 public:
  [[nodiscard]] base::Result<std::string> read(const std::string& path) const override;
  [[nodiscard]] base::Result<std::vector<std::string>> matching(const std::string& pattern) const override;
  [[nodiscard]] std::string identity(const std::string& path) const override;
};

/// A million rules take some 30 MiB; what is larger than this is no access list.
constexpr std::uint64_t max_list_bytes = std::uint64_t{512} << 20U;

}  // namespace tlsward::policy

#endif
