#include "milter/folder_watch.h"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace tlsward::milter {
namespace {

constexpr std::uint32_t wanted = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_MODIFY |
                                 IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

/// Names that editors and packagers make beside the real file.
bool looks_temporary(std::string_view name) {
  return name.starts_with('.') || name.starts_with('#') || name.ends_with('~') || name.ends_with(".swp") ||
         name.ends_with(".dpkg-new") || name.ends_with(".dpkg-tmp");
}

/// A file just made by somebody who has yet to write it, and whose closing will be told. A link is there at
/// once.
bool is_empty_file(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) && found.st_size == 0;
}

std::string bare_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

base::Result<FolderWatch> FolderWatch::make() {
  FolderWatch out;
  out.inotify_ = base::Descriptor(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!out.inotify_.is_open()) return base::from_errno(errno, "cannot watch files for changes");
  return out;
}

void FolderWatch::set(const std::vector<std::string>& folders, const std::vector<std::string>& files) {
  files_.clear();
  for (const std::string& file : files) files_.insert(bare_name(file));
  std::set<std::string> wanted_folders(folders.begin(), folders.end());
  for (auto it = watched_.begin(); it != watched_.end();) {
    if (wanted_folders.erase(it->second) != 0) {
      ++it;
      continue;
    }
    ::inotify_rm_watch(inotify_.get(), it->first);
    it = watched_.erase(it);
  }
  missing_.clear();
  for (const std::string& folder : wanted_folders) {
    if (!watch(folder)) missing_.insert(folder);
  }
}

bool FolderWatch::watch(const std::string& folder) {
  const int number = ::inotify_add_watch(inotify_.get(), folder.c_str(), wanted);
  if (number < 0) return false;
  watched_[number] = folder;  // two names of one folder share a number, and then a watch
  return true;
}

bool FolderWatch::matters(std::string_view name) const {
  return !looks_temporary(name) || files_.count(std::string(name)) != 0;
}

Change FolderWatch::folder_gone(int number, bool is_unwatched) {
  const auto it = watched_.find(number);
  if (it == watched_.end()) return Change::nothing;  // one that we let go ourselves
  missing_.insert(it->second);
  if (!is_unwatched) ::inotify_rm_watch(inotify_.get(), number);
  watched_.erase(it);
  return Change::changed;
}

Change FolderWatch::weigh(const inotify_event& event, std::string_view name) {
  if ((event.mask & IN_Q_OVERFLOW) != 0) return Change::changed;
  const bool is_unwatched = (event.mask & IN_IGNORED) != 0;
  if (is_unwatched || (event.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) != 0)
    return folder_gone(event.wd, is_unwatched);
  const auto it = watched_.find(event.wd);
  if (it == watched_.end() || name.empty() || !matters(name)) return Change::nothing;
  // Only in the list itself is half a text to be feared; a log beside it may be written to for ever.
  if ((event.mask & IN_MODIFY) != 0)
    return files_.count(std::string(name)) != 0 ? Change::busy : Change::nothing;
  if ((event.mask & IN_CREATE) != 0 && is_empty_file(base::join_path(it->second, name))) return Change::busy;
  return Change::changed;
}

Change FolderWatch::drain() {
  Change out = Change::nothing;
  alignas(inotify_event) std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t got = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (got <= 0) return out;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* const name = buffer.data() + at + sizeof event;
      out = std::max(out, weigh(event, std::string_view(name, ::strnlen(name, event.len))));
      at += sizeof event + event.len;
    }
  }
}

bool FolderWatch::retry_missing() {
  bool found = false;
  for (auto it = missing_.begin(); it != missing_.end();) {
    if (watch(*it)) {
      it = missing_.erase(it);
      found = true;
    } else {
      ++it;
    }
  }
  return found;
}

}  // namespace tlsward::milter
