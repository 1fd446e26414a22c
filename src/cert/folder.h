// Owns a folder held open: what is in it is reached through its descriptor, and no link is followed on the
// way.
#ifndef TLSWARD_CERT_FOLDER_H
#define TLSWARD_CERT_FOLDER_H

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "base/secret.h"

namespace tlsward::cert {

/// How much of a file there is and what is in it.
struct FileDigest {
  std::uint64_t bytes = 0;
  std::string sha256;  ///< 64 lower-case hexadecimal digits
  bool operator==(const FileDigest&) const = default;
};

/// An open folder. Names are single names within it ("key.pem"), never paths: a planted link or a folder that
/// is moved meanwhile cannot lead out of it. Errors carry the path as it was when the folder was opened. One
/// thread at a time.
class Folder {
 public:
  /// Opens the folder at `path`; links on the way to it are the administrator's and are followed.
  /// Errors: missing, permission, io, config (it is a file).
  static base::Result<Folder> open(const std::string& path);

  /// Opens a folder in this one. Errors: missing, permission, io; config where something else than a folder
  /// has that name (a link counts as something else).
  [[nodiscard]] base::Result<Folder> open_folder(const std::string& name) const;
  /// The same; makes it first (0700 whatever the umask is, and this folder synced) where it is missing.
  [[nodiscard]] base::Result<Folder> open_or_make_folder(const std::string& name) const;
  /// Makes and opens one that must not exist yet (0700 whatever the umask is). Errors: conflict, permission,
  /// io.
  [[nodiscard]] base::Result<Folder> make_folder(const std::string& name) const;

  /// Writes a new file of these parts one after the other: nobody but its owner can read a 0600 one at any
  /// time, and the bytes are on the disk when this returns. A file that could not be finished is left for
  /// `remove_tree`. Errors: conflict (the name is taken), permission, io.
  [[nodiscard]] base::Result<FileDigest> write_file(const std::string& name,
                                                    const std::vector<std::string_view>& parts,
                                                    mode_t mode) const;
  /// The whole of a regular file. Errors: missing, permission, io; range when it is larger than `max_bytes`;
  /// config where something else than a regular file has that name.
  [[nodiscard]] base::Result<std::string> read_file(const std::string& name, std::uint64_t max_bytes) const;
  /// The same for a file that holds a key.
  [[nodiscard]] base::Result<base::Secret> read_secret(const std::string& name,
                                                       std::uint64_t max_bytes) const;
  /// Opens a regular file for reading, under the same rules as `read_file`.
  [[nodiscard]] base::Result<base::Descriptor> open_file(const std::string& name,
                                                         std::uint64_t max_bytes) const;
  /// What is in a regular file, without keeping its bytes in memory. Errors as of `read_file`.
  [[nodiscard]] base::Result<FileDigest> digest_file(const std::string& name, std::uint64_t max_bytes) const;

  /// What a name in here is, of a link the link itself, seen through a descriptor. Errors: missing,
  /// permission, io.
  [[nodiscard]] base::Result<struct stat> look(const std::string& name) const;
  /// What this folder is.
  [[nodiscard]] base::Result<struct stat> look() const;
  /// Where a symbolic link points. Errors: missing, io; config where it is no link.
  [[nodiscard]] base::Result<std::string> read_link(const std::string& name) const;
  /// Makes a symbolic link that must not exist yet. Errors: conflict, permission, io.
  [[nodiscard]] base::Status make_link(const std::string& name, const std::string& target) const;

  /// Gives `from` the name `to`, over a file or link that has it. Nothing is synced.
  [[nodiscard]] base::Status rename(const std::string& from, const std::string& to) const;
  /// Waits until names made, changed and removed in this folder are on the disk.
  [[nodiscard]] base::Status sync() const;
  /// Removes a file or link. That it is not there is no error.
  [[nodiscard]] base::Status remove_file(const std::string& name) const;
  /// Removes a file, a link, or a folder with what is in it, at most three folders deep. That it is not there
  /// is no error.
  [[nodiscard]] base::Status remove_tree(const std::string& name) const;
  /// The names in here but "." and "..", sorted by byte value. Errors: io; range for more than `max_names`.
  [[nodiscard]] base::Result<std::vector<std::string>> names(std::size_t max_names = 10000) const;

  /// Its path, or that of a name in it: for messages.
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string path_of(std::string_view name) const { return base::join_path(path_, name); }
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  Folder(base::Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  [[nodiscard]] base::Status remove_tree_within(const std::string& name, int depth) const;

  base::Descriptor fd_;
  std::string path_;
};

}  // namespace tlsward::cert

#endif
