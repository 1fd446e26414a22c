#include "mta/sendmail_process.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "base/files.h"
#include "base/text.h"

namespace tlsward::mta {
namespace {

constexpr std::uint64_t max_pid_file = std::uint64_t{64} * 1024;
constexpr std::uint64_t max_pid = 1U << 30U;

}  // namespace

base::Result<PidNote> read_pid_file(const std::string& path) {
  // The state is taken before the text: when it is written in between, the next look sees a change.
  struct stat st {};
  if (::stat(path.c_str(), &st) != 0) return base::from_errno(errno, "cannot look at the pid file", path);
  const auto text = base::read_file(path, max_pid_file);
  if (!text) return text.error();
  const std::string_view all = *text;
  const std::size_t end = all.find('\n');
  const auto number = base::parse_decimal(base::trim(all.substr(0, end)), max_pid);
  if (!number || *number < 2) return base::Error{base::Errc::parse, "is no pid file of Sendmail's", path};
  PidNote note;
  note.pid = static_cast<pid_t>(*number);
  if (end != std::string_view::npos) {
    const std::string_view rest = all.substr(end + 1);
    note.command = std::string(base::trim(rest.substr(0, rest.find('\n'))));
  }
  note.inode = st.st_ino;
  note.written_ns = std::int64_t{st.st_mtim.tv_sec} * 1000000000 + st.st_mtim.tv_nsec;
  return note;
}

std::string program_of(pid_t pid) {
  std::array<char, 4096> target{};
  const ssize_t size = ::readlink(fmt::format("/proc/{}/exe", pid).c_str(), target.data(), target.size());
  if (size <= 0) return {};
  std::string_view program(target.data(), static_cast<std::size_t>(size));
  constexpr std::string_view replaced = " (deleted)";
  if (program.size() > replaced.size() && program.substr(program.size() - replaced.size()) == replaced)
    program.remove_suffix(replaced.size());
  return std::string(program);
}

bool is_sendmail(pid_t pid) {
  const std::string path = program_of(pid);
  const std::string_view program = std::string_view(path).substr(path.rfind('/') + 1);
  // Debian may divert it to sendmail-mta.
  return program == "sendmail" || program.substr(0, 9) == "sendmail-" || program.substr(0, 9) == "sendmail.";
}

}  // namespace tlsward::mta
