#include "milter/privileges.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/text.h"

namespace tlsward::milter {
namespace {

using base::Done;
using base::Errc;
using base::Error;

/// Enough for any entry that is not itself an error.
constexpr std::size_t entry_bytes = std::size_t{1} << 16U;

}  // namespace

bool is_root() {
  return ::geteuid() == 0;
}

base::Result<User> find_user(const std::string& name) {
  std::vector<char> buffer(entry_bytes);
  passwd entry{};
  passwd* found = nullptr;
  const int rc = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) {
    const std::string why =
        rc == 0 ? "there is no such user" : base::from_errno(rc, "cannot look the user up").text;
    return Error{Errc::config,
                 fmt::format("{}: make it (adduser --system --group {}), or set user= to one that exists",
                             why, base::printable(name, 64)),
                 fmt::format("user = {}", base::printable(name, 64))};
  }
  if (entry.pw_uid == 0) {
    return Error{Errc::config, "tlswardd does not run as root: set user= to one without root's rights",
                 fmt::format("user = {}", base::printable(name, 64))};
  }
  return User{name, entry.pw_uid, entry.pw_gid};
}

base::Result<gid_t> find_group(const std::string& name) {
  std::vector<char> buffer(entry_bytes);
  group entry{};
  group* found = nullptr;
  ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found != nullptr) return entry.gr_gid;
  if (const auto number = base::parse_decimal(name, 0x7FFFFFFF)) return static_cast<gid_t>(*number);
  return Error{Errc::config, "there is no such group: make it, or set socket-group= to the mail server's",
               fmt::format("socket-group = {}", base::printable(name, 64))};
}

base::Status become(const User& user) {
  const std::string where = fmt::format("user = {}", user.name);
  if (::initgroups(user.name.c_str(), user.gid) != 0)
    return base::from_errno(errno, "cannot set the groups", where);
  if (::setresgid(user.gid, user.gid, user.gid) != 0)
    return base::from_errno(errno, "cannot set the group", where);
  if (::setresuid(user.uid, user.uid, user.uid) != 0)
    return base::from_errno(errno, "cannot set the user", where);
  if (::setuid(0) == 0 || ::getuid() != user.uid || ::geteuid() != user.uid || ::getgid() != user.gid ||
      ::getegid() != user.gid) {
    return Error{Errc::permission, "root's rights could not be given up for good", where};
  }
  return Done{};
}

base::Status gain_no_privileges() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return base::from_errno(errno, "cannot set PR_SET_NO_NEW_PRIVS");
  return Done{};
}

base::Result<std::uint64_t> raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return base::from_errno(errno, "cannot read the limit of open files");
  if (limit.rlim_cur != limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
      return base::from_errno(errno, "cannot raise the limit of open files");
  }
  return static_cast<std::uint64_t>(limit.rlim_cur);
}

}  // namespace tlsward::milter
