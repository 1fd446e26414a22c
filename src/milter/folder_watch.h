// Owns inotify: whether anything changed in a set of folders, and that this survives the folders themselves.
#ifndef TLSWARD_MILTER_FOLDER_WATCH_H
#define TLSWARD_MILTER_FOLDER_WATCH_H

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

struct inotify_event;

namespace tlsward::milter {

/// What `FolderWatch::drain` has seen.
enum class Change : std::uint8_t {
  nothing,
  busy,     ///< somebody is writing: not yet news, and not quiet either
  changed,  ///< also when events were lost, or a folder went
};

/// Watches folders for files that are written and closed, made, renamed or removed in them. One thread.
class FolderWatch {
 public:
  /// Errors: io, where this system has no inotify left to give.
  static base::Result<FolderWatch> make();

  /// Readable when there is something to `drain`.
  [[nodiscard]] int descriptor() const { return inotify_.get(); }

  /// Watches these and no others. `files`: names that count even if they look like an editor's leftovers.
  void set(const std::vector<std::string>& folders, const std::vector<std::string>& files);

  /// Takes all events that wait, and says the most important.
  Change drain();

  /// Tries again to watch the folders that could not be watched before. True: one of them could now, so what
  /// is in it is news.
  bool retry_missing();
  [[nodiscard]] bool has_missing() const { return !missing_.empty(); }

 private:
  FolderWatch() = default;
  bool watch(const std::string& folder);
  Change folder_gone(int number, bool is_unwatched);
  [[nodiscard]] Change weigh(const inotify_event& event, std::string_view name);
  [[nodiscard]] bool matters(std::string_view name) const;

  base::Descriptor inotify_;
  std::map<int, std::string> watched_;
  std::set<std::string> missing_;
  std::set<std::string> files_;  ///< bare names
};

}  // namespace tlsward::milter

#endif
