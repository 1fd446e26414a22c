// Owns the rights of the process: who it becomes, and that it cannot go back.
#ifndef TLSWARD_MILTER_PRIVILEGES_H
#define TLSWARD_MILTER_PRIVILEGES_H

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/result.h"

namespace tlsward::milter {

/// A user of this system.
struct User {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
};

/// Whether the process has root's rights to give away.
bool is_root();

/// The user to become. Errors: config for one that does not exist, and for root itself, each with the remedy.
/// May read /etc/passwd and what stands behind nsswitch.conf.
base::Result<User> find_user(const std::string& name);

/// A group's number, also where it is written as one. Errors: config for one that does not exist.
base::Result<gid_t> find_group(const std::string& name);

/// Becomes that user for good: supplementary groups, group, user, and a look whether the way back is closed.
/// Errors: permission; the process must end then, for it may be half of each.
base::Status become(const User& user);

/// No program that this one starts may gain rights (PR_SET_NO_NEW_PRIVS).
base::Status gain_no_privileges();

/// Raises the soft limit of descriptors to the hard one; gives it.
base::Result<std::uint64_t> raise_descriptor_limit();

}  // namespace tlsward::milter

#endif
