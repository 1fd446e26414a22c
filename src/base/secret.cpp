#include "base/secret.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/files.h"

namespace tlsward::base {

Secret::Secret(std::string&& text) {
  append(text);
  ::explicit_bzero(text.data(), text.size());
  text.clear();
}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::move(other.bytes_)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
  }
  return *this;
}

Secret Secret::copy_of(std::string_view bytes) {
  Secret out;
  out.append(bytes);
  return out;
}

void Secret::append(std::string_view bytes) {
  if (bytes.empty()) return;
  if (size_ + bytes.size() > capacity_) reserve(std::max(size_ + bytes.size(), capacity_ * 2));
  std::memcpy(bytes_.get() + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
  bytes_[size_] = '\0';
}

void Secret::resize(std::size_t size) {
  if (size > size_) {
    if (size > capacity_) reserve(std::max(size, capacity_ * 2));
    std::memset(bytes_.get() + size_, 0, size - size_);
  } else if (bytes_) {
    ::explicit_bzero(bytes_.get() + size, size_ - size);
  }
  size_ = size;
}

void Secret::reserve(std::size_t size) {
  if (size <= capacity_) return;
  auto larger = std::make_unique<char[]>(size + 1);
  if (bytes_) {
    std::memcpy(larger.get(), bytes_.get(), size_);
    ::explicit_bzero(bytes_.get(), capacity_ + 1);
  }
  bytes_ = std::move(larger);
  capacity_ = size;
}

void Secret::wipe() {
  if (bytes_) ::explicit_bzero(bytes_.get(), capacity_ + 1);
  bytes_.reset();
  size_ = 0;
  capacity_ = 0;
}

Result<Secret> read_secret(int fd, const std::string& name, std::uint64_t max_bytes) {
  const auto too_large = [&] {
    return Error{Errc::range, fmt::format("is larger than {} KiB", max_bytes >> 10U), name};
  };
  struct stat st {};
  if (::fstat(fd, &st) != 0) return from_errno(errno, "cannot look at", name);
  if (S_ISDIR(st.st_mode)) return Error{Errc::range, "is a directory, a file is needed", name};
  if (S_ISBLK(st.st_mode)) return Error{Errc::range, "is a disk, a file is needed", name};
  if (S_ISREG(st.st_mode) && static_cast<std::uint64_t>(st.st_size) > max_bytes) return too_large();
  constexpr std::size_t step = std::size_t{64} << 10U;
  Secret content;
  // A file that is whole in its first read is never copied.
  content.reserve((S_ISREG(st.st_mode) ? static_cast<std::size_t>(st.st_size) : 0) + 2 * step);
  std::size_t used = 0;
  for (;;) {
    content.resize(used + step);
    const ssize_t n = ::read(fd, content.data() + used, step);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return from_errno(errno, "cannot read", name);
    used += static_cast<std::size_t>(n);
    if (used > max_bytes) return too_large();
    if (n == 0) break;
  }
  content.resize(used);
  return content;
}

Result<Secret> read_secret_file(const std::string& path, std::uint64_t max_bytes) {
  if (path == "-") return read_secret(STDIN_FILENO, "standard input", max_bytes);
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd.is_open()) return from_errno(errno, "cannot open", path);
  return read_secret(fd.get(), path, max_bytes);
}

}  // namespace tlsward::base
