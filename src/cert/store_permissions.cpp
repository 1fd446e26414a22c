#include "cert/store_permissions.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "base/text.h"
#include "cert/store_layout.h"

namespace tlsward::cert {
namespace {

using base::Done;
using base::Errc;
using base::Error;
using base::Finding;
using base::Findings;
using base::Result;
using base::Status;

constexpr int kDeepest = 3;
constexpr mode_t kNotForOthers = 077;
constexpr mode_t kNotToBeChanged = 022;

bool belongs_to_us(const struct stat& found) {
  return found.st_uid == 0 || found.st_uid == ::geteuid();
}

// For a shell, when somebody copies the hint; what no shell should see is escaped beyond use.
std::string quoted(const std::string& path) {
  std::string out = "'";
  for (const char c : base::visible(path)) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

Finding key_permissions(const std::string& path, std::string text, std::string hint) {
  Finding finding;
  finding.severity = base::Severity::warning;
  finding.check = "key-permissions";
  finding.file = path;
  finding.text = std::move(text);
  finding.hint = std::move(hint);
  return finding;
}

Status check_inside(const Folder& folder, int depth, Findings& out) {
  const Result<struct stat> own = folder.look();
  if (!own) return own.error();
  const Findings of_folder = check_standing(*own, true, folder.path());
  out.insert(out.end(), of_folder.begin(), of_folder.end());
  const Result<std::vector<std::string>> names = folder.names();
  if (!names) return names.error();
  for (const std::string& name : *names) {
    const Result<struct stat> found = folder.look(name);
    if (!found && found.error().code == Errc::missing) continue;  // pruned meanwhile
    if (!found) return found.error();
    if (!S_ISDIR(found->st_mode)) {
      const Findings of_file = check_standing(*found, holds_key(name), folder.path_of(name));
      out.insert(out.end(), of_file.begin(), of_file.end());
    } else if (depth > 0) {
      const Result<Folder> inner = folder.open_folder(name);
      if (!inner && inner.error().code == Errc::missing) continue;
      if (!inner) return inner.error();
      if (Status checked = check_inside(*inner, depth - 1, out); !checked) return checked;
    }
  }
  return Done{};
}

}  // namespace

Findings check_standing(const struct stat& found, bool is_secret, const std::string& path) {
  Findings out;
  if (S_ISLNK(found.st_mode)) return out;
  if (!belongs_to_us(found)) {
    out.push_back(key_permissions(
        path, fmt::format("belongs to user {}, who can read and change it at any time", found.st_uid),
        fmt::format("chown root {}", quoted(path))));
  }
  const mode_t mode = found.st_mode & 07777U;
  const mode_t too_much = mode & (is_secret ? kNotForOthers : kNotToBeChanged);
  if (too_much != 0) {
    const char* const what = (too_much & kNotToBeChanged) != 0 ? "changed" : "read";
    out.push_back(key_permissions(
        path, fmt::format("can be {} by others (mode {:04o})", what, mode),
        fmt::format("chmod {:04o} {}", mode & ~(is_secret ? kNotForOthers : kNotToBeChanged), quoted(path))));
  }
  return out;
}

Result<Findings> check_folder_permissions(const Folder& folder) {
  Findings out;
  if (const Status checked = check_inside(folder, kDeepest, out); !checked) return checked.error();
  return out;
}

Status refuse_foreign_hands(const Folder& folder) {
  const Result<struct stat> found = folder.look();
  if (!found) return found.error();
  if (!belongs_to_us(*found))
    return Error{Errc::permission,
                 fmt::format("belongs to user {}, who could change it under our hands: chown root {}",
                             found->st_uid, quoted(folder.path())),
                 folder.path()};
  if ((found->st_mode & kNotToBeChanged) != 0)
    return Error{Errc::permission,
                 fmt::format("can be changed by others (mode {:04o}): chmod 0700 {}", found->st_mode & 07777U,
                             quoted(folder.path())),
                 folder.path()};
  return Done{};
}

}  // namespace tlsward::cert
