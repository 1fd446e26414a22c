// Owns Secret: bytes that are wiped before their memory is given back, and how they are read from a file.
#ifndef TLSWARD_BASE_SECRET_H
#define TLSWARD_BASE_SECRET_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tlsward::base {

/// Bytes that nobody else should see: a private key, a passphrase, a file that may hold one. Moves, does not
/// copy; its memory is overwritten when it goes, when it grows and when it is moved from. One thread at a
/// time.
class Secret {
 public:
  Secret() = default;
  /// Takes the bytes and overwrites where they were.
  explicit Secret(std::string&& text);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(); }

  /// Copies bytes that their owner looks after.
  static Secret copy_of(std::string_view bytes);

  void append(std::string_view bytes);
  /// Makes it `size` bytes long: shortened (the rest is overwritten) or filled up with zeros.
  void resize(std::size_t size);
  /// Makes room for that many bytes, so that appending up to there moves nothing.
  void reserve(std::size_t size);
  /// Overwrites everything and gives the memory back.
  void wipe();

  /// The bytes, until the next change.
  [[nodiscard]] std::string_view view() const { return {c_str(), size_}; }
  /// The bytes with a NUL behind them, for C; bytes that hold a NUL end there.
  [[nodiscard]] const char* c_str() const { return bytes_ ? bytes_.get() : ""; }
  /// To write into, `size()` bytes. Null while it is empty.
  [[nodiscard]] char* data() { return bytes_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;  // without the NUL
};

/// All that can be read from a descriptor, of at most `max_bytes` bytes (memory stays below twice that).
/// `name` is for messages. Errors: io; range for a folder, a disk and for more than `max_bytes`.
Result<Secret> read_secret(int fd, const std::string& name, std::uint64_t max_bytes);

/// The same for a path; "-" is standard input. A regular file, a pipe ("<(...)" of a shell) or a terminal;
/// links are followed. A pipe is waited for. Errors: missing, permission, and those of read_secret.
Result<Secret> read_secret_file(const std::string& path, std::uint64_t max_bytes);

}  // namespace tlsward::base

#endif
