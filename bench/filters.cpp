#include "filters.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill()
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace tlsward::bench {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what);
}

pid_t spawn(const std::vector<std::string>& command, const fs::path& output) {
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command)
    words.push_back(const_cast<char*>(word.c_str()));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  words.push_back(nullptr);
  const int log = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0) fail(fmt::format("cannot write {}", output.string()));
  const pid_t pid = ::fork();
  if (pid == 0) {
    // Nothing stays when the benchmark is interrupted. tlswardd, which changes its user, forgets this.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(log, 1);
    ::dup2(log, 2);
    ::execv(words[0], words.data());
    ::_exit(127);
  }
  ::close(log);
  if (pid < 0) fail("cannot start another process");
  return pid;
}

bool answers(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const bool good = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return good;
}

std::string read_all(const fs::path& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

}  // namespace

Folder::Folder() {
  std::string name = (fs::temp_directory_path() / "tlsward-bench.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) fail("cannot make a temporary folder");
  path_ = name;
  fs::permissions(path_, fs::perms(0755));
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path build_folder() {
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path();
}

fs::path write_list(const Folder& folder, std::size_t count) {
  // A folder of its own: the daemon watches it.
  const fs::path path = folder.path() / fmt::format("list{}", count) / "access";
  fs::create_directory(path.parent_path());
  const std::string command =
      fmt::format("'{}/bench/make_list' access {} > '{}'", build_folder().string(), count, path.string());
  if (std::system(command.c_str()) != 0)  // NOLINT(cert-env33-c): our own program, our own words
    fail("bench/make_list does not run: make bench-programs");
  return path;
}

Filter Filter::bare(const Folder& folder) {
  const std::string path = (folder.path() / "bare.sock").string();
  return Filter({(build_folder() / "bench" / "bare_milter").string(), "unix:" + path}, path,
                folder.path() / "bare.log");
}

Filter Filter::tlswardd(const Folder& folder, const fs::path& list) {
  const fs::path run = folder.path() / "run";
  fs::create_directory(run);
  const std::string path = (run / "milter.sock").string();
  const fs::path config = folder.path() / "tlsward.conf";
  std::ofstream out(config);
  out << "socket = unix:" << path << "\naccess = " << list.string() << "\nstate-dir = " << run.string()
      << "\npid-file = " << (run / "pid").string()
      << "\nenforce = yes\nlog = stderr\nmta = postfix\ndrain-time = 1s\n";
  if (::getuid() == 0) {
    const passwd* const nobody = ::getpwnam("nobody");
    if (nobody == nullptr || ::chown(run.c_str(), nobody->pw_uid, nobody->pw_gid) != 0)
      fail("cannot give a folder to nobody");
    out << "user = nobody\n";
  }
  out.close();
  return Filter({(build_folder() / "tlswardd").string(), "--config", config.string()}, path,
                folder.path() / "tlswardd.log");
}

Filter::Filter(const std::vector<std::string>& command, std::string socket, fs::path log)
    : socket_(std::move(socket)), log_(std::move(log)), pid_(spawn(command, log_)) {
  const auto end_of_patience = steady_clock::now() + milliseconds(60000);
  while (!answers(socket_)) {
    if (::waitpid(pid_, nullptr, WNOHANG) != 0 || steady_clock::now() > end_of_patience) {
      end();
      fail(fmt::format("{} does not come up:\n{}", command.front(), read_all(log_)));
    }
    std::this_thread::sleep_for(milliseconds(5));
  }
}

Filter::Filter(Filter&& other) noexcept
    : socket_(std::move(other.socket_)), log_(std::move(other.log_)), pid_(std::exchange(other.pid_, -1)) {}

Filter::~Filter() {
  end();
}

void Filter::end() noexcept {
  if (pid_ <= 0) return;
  // libmilter's own end takes five seconds, and there is nothing to save.
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  ::unlink(socket_.c_str());
  pid_ = -1;
}

double Filter::cpu_seconds() const {
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0)
    fail("a filter has ended in the middle of a measurement:\n" + read_all(log_));
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

std::size_t Filter::resident() const {
  std::ifstream in(fmt::format("/proc/{}/status", pid_));
  for (std::string word; in >> word;) {
    std::size_t kib = 0;
    if (word == "VmRSS:" && in >> kib) return kib * 1024;
  }
  fail("cannot read how much memory a filter holds");
}

std::size_t Filter::logged(const std::string& text) const {
  const std::string log = read_all(log_);
  std::size_t count = 0;
  for (std::size_t at = log.find(text); at != std::string::npos; at = log.find(text, at + 1)) ++count;
  return count;
}

void Filter::reload() const {
  ::kill(pid_, SIGUSR1);
}

}  // namespace tlsward::bench
