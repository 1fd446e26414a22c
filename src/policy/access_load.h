// Owns the way from a file to an access list in memory, with everything there is to say about it.
#ifndef TLSWARD_POLICY_ACCESS_LOAD_H
#define TLSWARD_POLICY_ACCESS_LOAD_H

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/finding.h"
#include "base/result.h"
#include "policy/access_list.h"
#include "policy/list_source.h"

namespace tlsward::policy {

struct LoadOptions {
  bool allow_default_required = false;
  bool allow_default_deny = false;
  Seconds now{};  ///< for the findings about until= days
};

struct LoadedList {
  /// The list; null where any finding is an error. Such a list is never in force.
  std::shared_ptr<const AccessList> list;
  base::Findings findings;  ///< in the order of file, line, column; at most max_told of each severity
  std::size_t rules = 0;    ///< rules read, also where the list is refused
  /// Every file that was read or should have been, the list's own first, as named.
  std::vector<std::string> files;
  /// Every folder in which a change can change the list: those of the files and of the include patterns.
  std::vector<std::string> folders;
  std::string sha256;  ///< over the text of all files in the order read; of one file its own digest
  std::optional<base::Error> main_error;  ///< why the list's own file could not be read
};

/// Of each severity so many findings are told; one more line says how many there were.
constexpr std::size_t max_told = 1000;

/// Reads, parses, checks and builds. Never throws for what is in a file; memory is bounded by the files'
/// size.
LoadedList load_access_list(const ListSource& source, const std::string& path, const LoadOptions& options);

}  // namespace tlsward::policy

#endif
