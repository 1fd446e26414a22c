// Owns the disk: reading with a bound, writing whole or not at all, descriptors that close themselves.
#ifndef TLSWARD_BASE_FILES_H
#define TLSWARD_BASE_FILES_H

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tlsward::base {

/// A file descriptor that is closed with its owner. Moves, does not copy.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  /// Gives the descriptor away; the caller closes it.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

/// The whole of a regular file (links are followed), read through one descriptor.
/// Errors: missing, permission, io; range for anything but a regular file and for more than `max_bytes`.
Result<std::string> read_file(const std::string& path, std::uint64_t max_bytes);

/// Puts `content` at `path`, whole or not at all: a temporary file beside it (O_EXCL, `mode` from its first
/// byte), fsync, rename, fsync of the folder. On any error the file that was there before is still there and
/// nothing else is left.
Status write_file_atomically(const std::string& path, std::string_view content, mode_t mode);

/// The folder part of a path: "." for a bare name, "/" for a file in the root.
std::string folder_of(std::string_view path);

/// `path` as seen from `folder`, unless it is absolute.
std::string join_path(std::string_view folder, std::string_view path);

/// The files that a shell pattern (glob(7)) names, sorted by byte value. None is no error; a folder that
/// cannot be read is.
Result<std::vector<std::string>> files_matching(const std::string& pattern);

}  // namespace tlsward::base

#endif
