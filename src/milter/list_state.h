// Owns list.json: what the daemon says about its access list to whoever reloads or watches it.
#ifndef TLSWARD_MILTER_LIST_STATE_H
#define TLSWARD_MILTER_LIST_STATE_H

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "policy/access_load.h"

namespace tlsward::milter {

/// The list in force, and how the last try to load one went.
struct ListState {
  std::string sha256;                ///< of the list in force, 64 digits
  std::size_t rules = 0;             ///< of the list in force
  base::Seconds loaded_at{};         ///< when the list in force was read the last time and found good
  std::optional<std::string> error;  ///< why the last try failed; nothing: it did not
  base::Seconds tried_at{};          ///< when the last try was
  pid_t pid = 0;
};

/// The state after a try: a good list is in force from `now` on, of a bad one only the error is told.
ListState after_load(ListState before, const policy::LoadedList& loaded, base::Seconds now);

/// One JSON object and a line feed: sha256, rules, loaded_at, error, tried_at, pid (DESIGN section 11). Pure.
std::string render_list_state(const ListState& state);

/// Writes it as `folder`/list.json, mode 0644, whole or not at all.
base::Status write_list_state(const std::string& folder, const ListState& state);

/// The error of a bad list in one line: its first error finding, and how many more there are. Pure.
std::string summary_of_errors(const policy::LoadedList& loaded);

}  // namespace tlsward::milter

#endif
