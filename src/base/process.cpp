#include "base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <utility>

#include "base/files.h"
#include "base/text.h"

namespace tlsward::base {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t standard_descriptors = 3;
/// The longest between two looks whether the process has ended, for kernels that give no descriptor for one.
constexpr std::chrono::milliseconds look{50};

struct Pipe {
  Descriptor reader;
  Descriptor writer;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return from_errno(errno, "cannot make a pipe");
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

/// The C arrays that posix_spawn wants; they point into strings that outlive the call.
std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

class SpawnActions {
 public:
  SpawnActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  int put(int fd, int as) { return ::posix_spawn_file_actions_adddup2(&actions_, fd, as); }
  int close_others() {
    return ::posix_spawn_file_actions_addclosefrom_np(&actions_, static_cast<int>(standard_descriptors));
  }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

class SpawnAttributes {
 public:
  SpawnAttributes() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_,
        static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF));
  }
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;

  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

/// Descriptors 0 to 2 may be closed in our caller: a pipe that got one of these numbers would be overwritten
/// by the very dup2 that places its neighbour.
Result<Pipe> pipe_above_the_standard_ones() {
  auto made = make_pipe();
  if (!made) return made.error();
  for (Descriptor* const end : {&made->reader, &made->writer}) {
    if (end->get() >= static_cast<int>(standard_descriptors)) continue;
    const int moved = ::fcntl(end->get(), F_DUPFD_CLOEXEC, static_cast<int>(standard_descriptors));
    if (moved < 0) return from_errno(errno, "cannot duplicate a descriptor");
    end->reset(moved);
  }
  return made;
}

/// glibc 2.36 declares pidfd_open(2) for C alone.
int pidfd_of(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

/// A running child: waited for or killed when this goes.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid), end_(pidfd_of(pid)) {}
  ~Child() {
    if (pid_ > 0) kill_group();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Readable once it has ended; -1 where the kernel has no such thing.
  [[nodiscard]] int end_descriptor() const { return end_.get(); }

  /// The exit status once it has ended.
  std::optional<int> ended() {
    int status = 0;
    const pid_t got = ::waitpid(pid_, &status, WNOHANG);
    if (got == 0 || (got < 0 && errno == EINTR)) return std::nullopt;
    pid_ = 0;
    if (got > 0 && WIFEXITED(status)) return WEXITSTATUS(status);
    return 128 + (got > 0 && WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  }

 private:
  void kill_group() {
    ::kill(-pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  pid_t pid_;
  Descriptor end_;
};

/// One of the two outputs on its way to a string.
struct Output {
  Descriptor reader;
  std::string* text;
};

/// Takes what is there now; closes the pipe at its end.
void take_what_is_there(Output& output, std::size_t max, bool& is_cut) {
  std::array<char, 8192> chunk{};
  while (output.reader.is_open()) {
    const ssize_t n = ::read(output.reader.get(), chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
      output.reader.reset();
      return;
    }
    const auto got = static_cast<std::size_t>(n);
    const std::size_t room = max - std::min(max, output.text->size());
    output.text->append(chunk.data(), std::min(room, got));
    if (got > room) {
      is_cut = true;
      return;  // a program that never stops talking must not keep us from the clock
    }
  }
}

/// Until one of the descriptors has something to tell; -1, a closed one, is skipped by poll.
void wait_for_any(std::array<int, 3> descriptors, std::chrono::milliseconds longest) {
  std::array<pollfd, 3> watched{};
  for (std::size_t i = 0; i < descriptors.size(); ++i) {
    watched.at(i).fd = descriptors.at(i);
    watched.at(i).events = POLLIN;
  }
  ::poll(watched.data(), watched.size(), static_cast<int>(longest.count()));
}

Result<pid_t> spawn(const Command& command, int input, int output, int error_output) {
  std::vector<std::string> environment{"PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin",
                                       "LC_ALL=C"};
  environment.insert(environment.end(), command.environment.begin(), command.environment.end());
  const std::vector<char*> argv = pointers_to(command.argv);
  const std::vector<char*> envp = pointers_to(environment);
  SpawnActions actions;
  const SpawnAttributes attributes;
  int failed = actions.put(input, STDIN_FILENO);
  if (failed == 0) failed = actions.put(output, STDOUT_FILENO);
  if (failed == 0) failed = actions.put(error_output, STDERR_FILENO);
  if (failed == 0) failed = actions.close_others();
  pid_t pid = 0;
  if (failed == 0)
    failed = ::posix_spawn(&pid, argv[0], actions.get(), attributes.get(), argv.data(), envp.data());
  if (failed != 0) return from_errno(failed, "cannot run it", command.argv[0]);
  return pid;
}

Status write_input(Pipe& pipe, const std::string& input) {
  if (!input.empty() &&
      ::write(pipe.writer.get(), input.data(), input.size()) != static_cast<ssize_t>(input.size())) {
    return from_errno(errno, "cannot write to a pipe");
  }
  pipe.writer.reset();
  return Done{};
}

Status make_nonblocking(const Descriptor& descriptor) {
  if (::fcntl(descriptor.get(), F_SETFL, O_NONBLOCK) != 0) return from_errno(errno, "cannot set O_NONBLOCK");
  return Done{};
}

Result<Ended> wait_for_end(const Command& command, Child& child, Descriptor output, Descriptor error_output) {
  Ended ended;
  Output out{std::move(output), &ended.output};
  Output err{std::move(error_output), &ended.error_output};
  const auto deadline = Clock::now() + command.time_limit;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) {
      return Error{Errc::unavailable,
                   fmt::format("did not end within {} ms and was killed", command.time_limit.count()),
                   command.argv[0]};
    }
    wait_for_any({out.reader.get(), err.reader.get(), child.end_descriptor()}, std::min(left, look));
    const auto status = child.ended();  // first, so that what it said last is read below
    take_what_is_there(out, command.max_output, ended.is_cut);
    take_what_is_there(err, command.max_output, ended.is_cut);
    if (status) {
      ended.status = *status;
      return ended;
    }
  }
}

}  // namespace

Result<Ended> run_command(const Command& command) {
  if (command.argv.empty()) return Error{Errc::missing, "there is no program to run", ""};
  const std::string& program = command.argv[0];
  if (command.input.size() > Command::max_input)
    return Error{Errc::range, "is given more input than a pipe holds for sure", program};
  auto in = pipe_above_the_standard_ones();
  if (!in) return in.error();
  auto out = pipe_above_the_standard_ones();
  if (!out) return out.error();
  auto err = pipe_above_the_standard_ones();
  if (!err) return err.error();
  if (auto made = make_nonblocking(out->reader); !made) return made.error();
  if (auto made = make_nonblocking(err->reader); !made) return made.error();
  if (auto written = write_input(*in, command.input); !written) return written.error();
  const auto pid = spawn(command, in->reader.get(), out->writer.get(), err->writer.get());
  if (!pid) return pid.error();
  Child child(*pid);
  in->reader.reset();
  out->writer.reset();
  err->writer.reset();
  return wait_for_end(command, child, std::move(out->reader), std::move(err->reader));
}

std::string find_program(std::string_view name, const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    std::string path = join_path(folder, name);
    struct stat st {};
    if (::stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) && ::access(path.c_str(), X_OK) == 0)
      return path;
  }
  return {};
}

std::vector<std::string> program_folders() {
  return {"/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"};
}

std::string last_words(const Ended& ended) {
  for (const std::string* const text : {&ended.error_output, &ended.output}) {
    const std::string_view said =
        trim(std::string_view(*text).substr(0, text->find_last_not_of("\r\n\t ") + 1));
    if (said.empty()) continue;
    const std::size_t start = said.rfind('\n');
    return printable(trim(start == std::string_view::npos ? said : said.substr(start + 1)));
  }
  return "it did not say why";
}

}  // namespace tlsward::base
