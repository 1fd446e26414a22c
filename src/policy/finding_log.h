// Owns the findings of one list while it is read: bounded in number, given their excerpts at the end.
#ifndef TLSWARD_POLICY_FINDING_LOG_H
#define TLSWARD_POLICY_FINDING_LOG_H

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/finding.h"
#include "policy/checks.h"

namespace tlsward::policy {

/// One file of a list, kept as long as the list is being read.
struct ListFile {
  std::string name;                             ///< as named, for findings
  std::shared_ptr<const std::string> relative;  ///< as rules name it: relative to the list's folder
  std::string text;
};

/// A place in a list: file is a position in the reader's files.
struct Place {
  std::uint32_t file = 0;
  std::uint32_t line = 0;    ///< from 1; 0: the file as a whole
  std::uint32_t column = 0;  ///< bytes from 1; 0: the first word of the line
};

class FindingLog {
 public:
  void add(Check check, const Place& place, std::string text, std::string hint = {});
  /// Whether one more finding of this check will be told, and not counted only.
  [[nodiscard]] bool tells(Check check) const;
  [[nodiscard]] bool has_error() const {
    return counts_[static_cast<std::size_t>(base::Severity::error)] != 0;
  }
  /// How many findings there were so far, told or not.
  [[nodiscard]] std::size_t count() const { return counts_[0] + counts_[1] + counts_[2]; }

  /// All that is to be told, in order, each with its line and caret. The log is empty after it.
  base::Findings finish(const std::vector<ListFile>& files);

 private:
  struct Noted {
    base::Finding finding;
    std::uint32_t file;
  };
  std::vector<Noted> noted_;
  std::array<std::size_t, 3> counts_{};
};

}  // namespace tlsward::policy

#endif
