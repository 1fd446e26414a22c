// Owns the way from files to rules: reading, includes, lines; whoever wants the rules receives them one by
// one.
#ifndef TLSWARD_POLICY_ACCESS_READER_H
#define TLSWARD_POLICY_ACCESS_READER_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "policy/access_line.h"
#include "policy/finding_log.h"
#include "policy/list_source.h"

namespace tlsward::policy {

/// Takes the rules of a list in the order of its files and lines.
class RuleReceiver {
 public:
  RuleReceiver() = default;
  virtual ~RuleReceiver() = default;
  RuleReceiver(const RuleReceiver&) = delete;
  RuleReceiver& operator=(const RuleReceiver&) = delete;
  /// `rule` lives for the call only.
  virtual void take(const ParsedRule& rule) = 0;
};

/// Reads a list with its includes. One reader reads one list.
class AccessReader {
 public:
  AccessReader(const ListSource& source, FindingLog& log, TermsPool& pool, Seconds now,
               RuleReceiver& receiver)
      : source_(source), log_(log), lines_(log, pool, now), receiver_(receiver) {}

  /// Reads it all; what is wrong with it is in the log afterwards.
  void read(const std::string& path);

  [[nodiscard]] const std::vector<ListFile>& files() const { return files_; }
  /// The folders in which a change can change the list.
  [[nodiscard]] std::vector<std::string> folders() const;
  [[nodiscard]] std::size_t rules() const { return rules_; }
  /// SHA-256 over the text of all files in the order read. Once.
  std::string digest() { return digest_.finish(); }
  /// Why the list's own file could not be read.
  [[nodiscard]] const std::optional<base::Error>& main_error() const { return main_error_; }

 private:
  /// `from` is the include line; nothing for the list's own file.
  void read_file(const std::string& path, const std::optional<Place>& from);
  void read_lines(std::uint32_t file);
  void include(const std::string& pattern, std::uint32_t file, const Place& from);
  bool check_text(std::uint32_t file);
  bool check_line(std::string_view line, const Place& place);
  void cannot_read(const base::Error& error, const std::string& path, const std::optional<Place>& from);
  [[nodiscard]] std::string relative(const std::string& path) const;

  const ListSource& source_;
  FindingLog& log_;
  LineParser lines_;
  RuleReceiver& receiver_;
  base::Sha256 digest_;
  std::vector<ListFile> files_;
  std::vector<std::string> open_;     ///< identities of the files that are being read, outermost first
  std::vector<std::string> folders_;  ///< of include patterns
  std::string root_;                  ///< the list's folder
  std::size_t rules_ = 0;
  bool needs_care_ = false;  ///< the file being read holds bytes that each line must be looked at for
  std::optional<base::Error> main_error_;
};

}  // namespace tlsward::policy

#endif
