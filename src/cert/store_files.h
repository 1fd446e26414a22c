// Owns sets of files: how the store writes one so that it is whole or not there, and how it knows it again.
#ifndef TLSWARD_CERT_STORE_FILES_H
#define TLSWARD_CERT_STORE_FILES_H

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cert/folder.h"
#include "cert/store_about.h"

namespace tlsward::cert {

/// A file to be written: its name in the set ("rsa/key.pem") and its content, part by part.
struct NewFile {
  std::string name;
  std::vector<std::string_view> parts;
};

/// Makes the folder `name` in `parent` of these files and the about.json that `about` renders of their
/// digests. It is written under another name, brought to the disk, and renamed: it is there whole or not at
/// all. Files that hold keys are 0600 from their first byte, the others 0644, folders 0700, whatever the
/// umask is. Errors: conflict (the name is taken), permission, io; then nothing is left, or only what
/// is_leftover_… knows.
base::Status make_set(const Folder& parent, const std::string& name, const std::vector<NewFile>& files,
                      const std::function<std::string(const FileDigests&)>& about);

/// Removes the folder `name`: renamed first, so that it is never there in part. Errors: missing, permission,
/// io.
base::Status remove_set(const Folder& parent, const std::string& name);

/// What is wrong with these files in `folder`, in one sentence; nothing if each is what was written.
std::optional<std::string> fault_of(const Folder& folder, const FileDigests& expected);

/// Removes all in `folder` that `is_leftover` says a killed run has left. Errors: those of the first that
/// stays.
base::Status remove_leftovers(const Folder& folder, bool (*is_leftover)(std::string_view));

/// Whether `text` can be stored as a private key: one unencrypted PKCS#8 block and nothing else (RFC 5958,
/// 7468).
base::Status check_key_text(std::string_view text, const std::string& what);
/// Whether `text` can be stored where anybody may read it: PEM with no private key in it.
base::Status check_public_text(std::string_view text, const std::string& what);
/// Whether `text` is short enough for about.json.
base::Status check_label(std::string_view text, const std::string& what);

}  // namespace tlsward::cert

#endif
