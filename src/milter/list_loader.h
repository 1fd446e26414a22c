// Owns the thread that keeps the access list up to date: on request, and when its files change.
#ifndef TLSWARD_MILTER_LIST_LOADER_H
#define TLSWARD_MILTER_LIST_LOADER_H

#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "base/files.h"
#include "base/log.h"
#include "milter/folder_watch.h"
#include "milter/list_slot.h"
#include "milter/list_state.h"
#include "policy/access_load.h"

namespace tlsward::milter {

/// What the loader works with.
struct LoaderSettings {
  std::string path;          ///< of the access list
  policy::LoadOptions load;  ///< `now` is set anew for each load
  std::string state_dir;     ///< where list.json goes
  std::string ready_status;  ///< what the service manager is told when a reload is over
};

/// Loads lists and puts the good ones in force; of a bad one it tells all findings (bounded), and the list
/// before stays. Reading, checking and freeing are done in its thread: no session waits for them.
class ListLoader {
 public:
  ListLoader(LoaderSettings settings, ListSlot& slot, base::Log& log);
  ~ListLoader();
  ListLoader(const ListLoader&) = delete;
  ListLoader& operator=(const ListLoader&) = delete;

  /// Puts the list that was read at the start in force and writes list.json; a state that cannot be written
  /// is a warning.
  void put_first(policy::LoadedList&& loaded);
  /// Starts the thread. Errors: io.
  base::Status start();
  /// Asks for a reload, whether or not anything changed. Any thread, returns at once.
  void request() noexcept { command(reload_command); }
  /// Ends the thread; a load that runs is waited for.
  void stop();

  /// For tests and for the start line: the state as it was written last. Not while the thread runs.
  [[nodiscard]] const ListState& state() const { return state_; }

 private:
  enum class Cause : std::uint8_t { request, change };
  static constexpr std::uint64_t reload_command = 1;
  static constexpr std::uint64_t stop_command = std::uint64_t{1} << 32U;

  void command(std::uint64_t what) noexcept;
  void run();
  void note_changes();
  [[nodiscard]] int poll_timeout() const;
  void reload(Cause cause);
  void take_good(policy::LoadedList&& loaded, Cause cause);
  void tell_bad(const policy::LoadedList& loaded, Cause cause);
  void write_state();

  LoaderSettings settings_;
  ListSlot& slot_;
  base::Log& log_;
  ListState state_;
  std::string bad_sha256_;  ///< of the bad list that was told last
  std::optional<FolderWatch> watch_;
  base::Descriptor commands_;
  std::optional<std::chrono::steady_clock::time_point>
      quiet_at_;  ///< when the change that was seen will have been quiet for long enough
  std::chrono::steady_clock::time_point latest_at_;  ///< when it is taken in any case
  std::thread thread_;
};

/// A change is taken once nothing else has changed for so long.
constexpr std::chrono::milliseconds quiet_time{200};

/// A folder in which something changes all the time holds no change up for longer than this.
constexpr std::chrono::milliseconds longest_wait{2000};

/// So many findings of a bad list go to the log.
constexpr std::size_t max_logged_findings = 20;

/// One finding in one line: "access:7:1: error: ... (hint: ...)". Pure.
std::string render_finding_line(const base::Finding& finding);

}  // namespace tlsward::milter

#endif
