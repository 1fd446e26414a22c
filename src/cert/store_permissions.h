// Owns who may read and change what lies in the store.
#ifndef TLSWARD_CERT_STORE_PERMISSIONS_H
#define TLSWARD_CERT_STORE_PERMISSIONS_H

#include <sys/stat.h>

#include <string>

#include "base/finding.h"
#include "base/result.h"
#include "cert/folder.h"

namespace tlsward::cert {

/// What is wrong with the owner and the mode of a file or folder that somebody has looked at through a
/// descriptor, as a warning `key-permissions` with the command that mends it; `path` is for the message.
/// Folders and files that hold keys must not be open to anybody else, other files must not be changeable by
/// anybody else, and all must belong to us or to root. Links are never at fault.
base::Findings check_standing(const struct stat& found, bool is_secret, const std::string& path);

/// `check_standing` of a folder of the store and of all in it. Errors: permission, io.
base::Result<base::Findings> check_folder_permissions(const Folder& folder);

/// An error `permission` if somebody else could change what is in this folder while we do.
base::Status refuse_foreign_hands(const Folder& folder);

}  // namespace tlsward::cert

#endif
