// Preloaded into a program, it counts the system calls that touch a folder, and at one of them kills the
// program or lets the call fail: what strace's fault injection does, for where ptrace is forbidden.
//
//   KILL_SHIM_FOLDER  only calls on a path in it, or on a descriptor of one, are counted
//   KILL_SHIM_LOG     a file to which a line is appended for each: name, mode, path
//   KILL_SHIM_AT      the number of the call that something happens to, from 1; none if it is not set
//   KILL_SHIM_DO      "kill" before the call, "tear" (a write is done by half, then kill), an errno as a
//   number,
//                     or that with a "+": this call and all after it fail
//
// Nothing of the C library that it replaces is declared here, so that no header's idea of it is in the way.
#include <sys/syscall.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>

extern "C" long syscall(long number, ...) noexcept;

namespace {

using ModeType = unsigned int;
using SizeType = unsigned long;
using SignedSize = long;
using Offset = long;

constexpr int kHere = -100;  // AT_FDCWD
constexpr int kRemoveFolder = 0x200;
constexpr int kCreate = 0100;
constexpr int kTemporaryFile = 020200000;
constexpr int kLogFlags = 01 | 0100 | 02000;  // O_WRONLY, O_CREAT, O_APPEND
constexpr int kKillSignal = 9;

struct Text {
  char bytes[4096];
  SizeType size;
};

bool is_below(const char* path, const char* folder) {
  const SizeType size = std::strlen(folder);
  return std::strncmp(path, folder, size) == 0 && (path[size] == '\0' || path[size] == '/');
}

void descriptor_path(int fd, Text& out) {
  char name[64] = "/proc/self/fd/";
  SizeType at = std::strlen(name);
  char digits[16];
  SizeType count = 0;
  for (unsigned int rest = static_cast<unsigned int>(fd); count == 0 || rest != 0; rest /= 10)
    digits[count++] = static_cast<char>('0' + rest % 10);
  while (count > 0) name[at++] = digits[--count];
  name[at] = '\0';
  const long size = syscall(SYS_readlink, name, out.bytes, sizeof out.bytes - 1);
  out.size = size > 0 ? static_cast<SizeType>(size) : 0;
  out.bytes[out.size] = '\0';
}

bool is_ours(int fd, const char* path) {
  const char* const folder = std::getenv("KILL_SHIM_FOLDER");
  if (folder == nullptr) return false;
  if (path != nullptr && path[0] == '/') return is_below(path, folder);
  if (fd == kHere) return false;
  Text where;
  descriptor_path(fd, where);
  return is_below(where.bytes, folder);
}

SizeType append(char* line, SizeType at, SizeType room, const char* text) {
  while (*text != '\0' && at + 1 < room) line[at++] = *text++;
  return at;
}

// "openat 600 key.pem": the mode only of what is made or given one, the path as it was named, or that of the
// descriptor.
void append_to_log(const char* name, ModeType mode, int descriptor, const char* path) {
  const char* const log = std::getenv("KILL_SHIM_LOG");
  if (log == nullptr) return;
  const long fd = syscall(SYS_openat, kHere, log, kLogFlags, 0600);
  if (fd < 0) return;
  char octal[8] = {};
  for (int i = 0; i < 4; ++i)
    octal[i] = static_cast<char>('0' + ((mode >> (9U - 3U * static_cast<unsigned>(i))) & 7U));
  char line[512] = {};
  SizeType size = append(line, 0, sizeof line - 1, name);
  size = append(line, size, sizeof line - 1, " ");
  size = append(line, size, sizeof line - 1, octal);
  size = append(line, size, sizeof line - 1, " ");
  Text where;
  if (path == nullptr) {
    descriptor_path(descriptor, where);
    path = where.bytes;
  }
  size = append(line, size, sizeof line - 1, path);
  line[size++] = '\n';
  syscall(SYS_write, fd, line, size);
  syscall(SYS_close, fd);
}

void kill_us() {
  syscall(SYS_kill, syscall(SYS_getpid), kKillSignal);
}

enum class Fate { pass, tear, fail };

// What becomes of a call on our folder; it does not come back where the program is killed.
Fate fate_of(const char* name, bool is_write, int fd, const char* path, ModeType mode = 0) {
  static long count = 0;
  const int saved = errno;
  const bool counts = is_ours(fd, path);
  errno = saved;
  if (!counts) return Fate::pass;
  ++count;
  append_to_log(name, mode, fd, path);
  errno = saved;
  const char* const at = std::getenv("KILL_SHIM_AT");
  const char* const action = std::getenv("KILL_SHIM_DO");
  if (at == nullptr || action == nullptr) return Fate::pass;
  const long when = std::atol(at);
  const bool lasts = action[std::strlen(action) - 1] == '+';
  if (count != when && !(lasts && count > when)) return Fate::pass;
  if (std::strcmp(action, "tear") == 0 && is_write) return Fate::tear;
  if (std::strcmp(action, "tear") == 0 || std::strcmp(action, "kill") == 0) kill_us();
  errno = std::atoi(action);
  return Fate::fail;
}

template <class... Rest>
int call(const char* name, int fd, const char* path, long number, Rest... rest) {
  if (fate_of(name, false, fd, path) == Fate::fail) return -1;
  return static_cast<int>(syscall(number, rest...));
}

template <class... Rest>
int call_with_mode(const char* name, int fd, const char* path, ModeType mode, long number, Rest... rest) {
  if (fate_of(name, false, fd, path, mode) == Fate::fail) return -1;
  return static_cast<int>(syscall(number, rest...));
}

int open_it(int folder, const char* path, int flags, ModeType mode) {
  return call_with_mode("openat", folder, path, mode, SYS_openat, folder, path, flags, mode);
}

ModeType mode_behind(int flags, va_list more) {
  const bool has_mode = (flags & kCreate) != 0 || (flags & kTemporaryFile) == kTemporaryFile;
  return has_mode ? va_arg(more, ModeType) : 0;
}

}  // namespace

extern "C" {

// Each name of the C library that opens has a twin for large files.
int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const ModeType mode = mode_behind(flags, more);
  va_end(more);
  return open_it(kHere, path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const ModeType mode = mode_behind(flags, more);
  va_end(more);
  return open_it(folder, path, flags, mode);
}
int open64(const char* path, int flags, ...) __attribute__((alias("open")));
int openat64(int folder, const char* path, int flags, ...) __attribute__((alias("openat")));

SignedSize write(int fd, const void* bytes, SizeType size) {
  const Fate fate = fate_of("write", true, fd, nullptr);
  if (fate == Fate::fail) return -1;
  const long written = syscall(SYS_write, fd, bytes, fate == Fate::tear ? size / 2 : size);
  if (fate == Fate::tear) kill_us();
  return written;
}
SignedSize pwrite(int fd, const void* bytes, SizeType size, Offset at) {
  const Fate fate = fate_of("pwrite64", true, fd, nullptr);
  if (fate == Fate::fail) return -1;
  const long written = syscall(SYS_pwrite64, fd, bytes, fate == Fate::tear ? size / 2 : size, at);
  if (fate == Fate::tear) kill_us();
  return written;
}
SignedSize pwrite64(int fd, const void* bytes, SizeType size, Offset at) {
  return pwrite(fd, bytes, size, at);
}

int fsync(int fd) {
  return call("fsync", fd, nullptr, SYS_fsync, fd);
}
int fdatasync(int fd) {
  return call("fdatasync", fd, nullptr, SYS_fdatasync, fd);
}
int ftruncate(int fd, Offset size) noexcept {
  return call("ftruncate", fd, nullptr, SYS_ftruncate, fd, size);
}
int ftruncate64(int fd, Offset size) noexcept {
  return ftruncate(fd, size);
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  return call("renameat", to_folder, to, SYS_renameat2, from_folder, from, to_folder, to, 0);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned int flags) noexcept {
  return call("renameat2", to_folder, to, SYS_renameat2, from_folder, from, to_folder, to, flags);
}
int rename(const char* from, const char* to) noexcept {
  return renameat(kHere, from, kHere, to);
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
  return call("linkat", to_folder, to, SYS_linkat, from_folder, from, to_folder, to, flags);
}
int link(const char* from, const char* to) noexcept {
  return linkat(kHere, from, kHere, to, 0);
}
int symlinkat(const char* target, int folder, const char* path) noexcept {
  return call("symlinkat", folder, path, SYS_symlinkat, target, folder, path);
}
int symlink(const char* target, const char* path) noexcept {
  return symlinkat(target, kHere, path);
}

int unlinkat(int folder, const char* path, int flags) noexcept {
  return call("unlinkat", folder, path, SYS_unlinkat, folder, path, flags);
}
int unlink(const char* path) noexcept {
  return unlinkat(kHere, path, 0);
}
int rmdir(const char* path) noexcept {
  return unlinkat(kHere, path, kRemoveFolder);
}
int mkdirat(int folder, const char* path, ModeType mode) noexcept {
  return call_with_mode("mkdirat", folder, path, mode, SYS_mkdirat, folder, path, mode);
}
int mkdir(const char* path, ModeType mode) noexcept {
  return mkdirat(kHere, path, mode);
}

int fchmod(int fd, ModeType mode) noexcept {
  return call_with_mode("fchmod", fd, nullptr, mode, SYS_fchmod, fd, mode);
}
int fchmodat(int folder, const char* path, ModeType mode, int flags) noexcept {
  static_cast<void>(flags);
  return call_with_mode("fchmodat", folder, path, mode, SYS_fchmodat, folder, path, mode);
}
int chmod(const char* path, ModeType mode) noexcept {
  return fchmodat(kHere, path, mode, 0);
}
}
