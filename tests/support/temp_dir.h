// Owns a folder for one test that is gone with it.
#ifndef TLSWARD_TESTS_SUPPORT_TEMP_DIR_H
#define TLSWARD_TESTS_SUPPORT_TEMP_DIR_H

#include <string>
#include <string_view>

namespace tlsward::tests {

/// A new empty folder under TMPDIR (or /tmp), removed with all that is in it.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// The path of a name in it.
  [[nodiscard]] std::string at(std::string_view name) const { return path_ + "/" + std::string(name); }
  /// Writes a file in it (over what was there), making folders on the way; gives its path.
  std::string write(std::string_view name,
                    std::string_view content) const;  // NOLINT(modernize-use-nodiscard)

 private:
  std::string path_;
};

}  // namespace tlsward::tests

#endif
