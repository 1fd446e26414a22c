#include "cli/daemon.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"

namespace tlsward::cli {
namespace {

base::Error no_daemon(const std::string& pid_file) {
  return base::Error{base::Errc::unavailable,
                     "tlswardd is not running: nobody holds the lock on its pid-file", pid_file};
}

base::Seconds time_in(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end() || !it->is_string()) return {};
  const auto time = base::parse_date(it->get_ref<const std::string&>());
  return time ? *time : base::Seconds{};
}

}  // namespace

base::Result<pid_t> find_daemon(const std::string& pid_file) {
  const base::Descriptor fd(::open(pid_file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd.is_open()) {
    if (errno == ENOENT || errno == ENOTDIR) return no_daemon(pid_file);
    return base::from_errno(errno, "cannot open the pid-file", pid_file);
  }
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(fd.get(), F_GETLK, &lock) != 0)
    return base::from_errno(errno, "cannot ask for the lock of the pid-file", pid_file);
  // 0 and less: the holder lives in another PID namespace, or holds another kind of lock; there is nobody to
  // signal.
  if (lock.l_type == F_UNLCK || lock.l_pid <= 0) return no_daemon(pid_file);
  return lock.l_pid;
}

base::Result<DaemonList> read_daemon_list(const std::string& state_dir) {
  const std::string path = base::join_path(state_dir, "list.json");
  struct stat st {};
  const bool has_stat = ::stat(path.c_str(), &st) == 0;
  const auto text = base::read_file(path, std::uint64_t{1} << 20U);
  if (!text) return text.error();
  const auto object = nlohmann::json::parse(*text, nullptr, false);
  if (!object.is_object()) return base::Error{base::Errc::parse, "is no JSON object", path};
  DaemonList out;
  if (has_stat) {
    out.inode = st.st_ino;
    out.written_ns = std::int64_t{st.st_mtim.tv_sec} * 1'000'000'000 + st.st_mtim.tv_nsec;
  }
  if (const auto it = object.find("sha256"); it != object.end() && it->is_string())
    out.sha256 = it->get<std::string>();
  if (const auto it = object.find("rules"); it != object.end() && it->is_number_unsigned())
    out.rules = it->get<std::uint64_t>();
  if (const auto it = object.find("error"); it != object.end() && it->is_string())
    out.error = base::visible(it->get_ref<const std::string&>());
  out.loaded_at = time_in(object, "loaded_at");
  out.tried_at = time_in(object, "tried_at");
  return out;
}

}  // namespace tlsward::cli
