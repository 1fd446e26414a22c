#include "cli/passphrase.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <string_view>
#include <utility>

#include "base/files.h"
#include "base/secret.h"

namespace tlsward::cli {
namespace {

constexpr std::uint64_t max_file_bytes = 4096;
constexpr std::size_t max_passphrase = 1024;

constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

volatile std::sig_atomic_t caught = 0;

void note_signal(int number) {
  caught = number;
}

/// The terminal without echo for as long as this lives. A signal that would end or stop the program meanwhile
/// ends the reading, and takes effect once the terminal is as it was.
class Unechoed {
 public:
  explicit Unechoed(int fd) : fd_(fd) {
    caught = 0;
    // No SA_RESTART: the read comes back.
    struct sigaction noting {};
    noting.sa_handler = note_signal;
    for (std::size_t i = 0; i < ending_signals.size(); ++i) {
      ::sigaction(ending_signals[i], &noting, &actions_[i]);
      // What was not to end us before is not to end the reading either.
      if (actions_[i].sa_handler == SIG_IGN) ::sigaction(ending_signals[i], &actions_[i], nullptr);
    }
    if (::tcgetattr(fd_, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    quiet.c_lflag |= ECHONL;
    is_quiet_ = ::tcsetattr(fd_, TCSAFLUSH, &quiet) == 0;
  }
  ~Unechoed() {
    if (is_quiet_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
    for (std::size_t i = 0; i < ending_signals.size(); ++i)
      ::sigaction(ending_signals[i], &actions_[i], nullptr);
    if (caught != 0) ::raise(caught);
  }
  Unechoed(const Unechoed&) = delete;
  Unechoed& operator=(const Unechoed&) = delete;

  [[nodiscard]] bool is_quiet() const { return is_quiet_; }

 private:
  int fd_;
  termios before_{};
  std::array<struct sigaction, ending_signals.size()> actions_{};
  bool is_quiet_ = false;
};

/// One line, without its end. Nothing at the end of input or for a line that is no passphrase.
std::optional<base::Secret> read_line(int fd) {
  base::Secret line;
  line.reserve(max_passphrase);
  while (line.size() < max_passphrase) {
    char c = 0;
    const ssize_t n = ::read(fd, &c, 1);
    if (n < 0 && errno == EINTR && caught == 0) continue;
    if (n <= 0) return std::nullopt;
    if (c == '\n') return line;
    line.append({&c, 1});
  }
  return std::nullopt;
}

std::optional<base::Secret> ask_at_terminal(std::string_view what, bool again) {
  const base::Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal.is_open()) return std::nullopt;
  const Unechoed unechoed(terminal.get());
  // What would show on the screen is not asked for.
  if (!unechoed.is_quiet()) return std::nullopt;
  const std::string prompt = fmt::format("{}Passphrase for {}: ", again ? "That is not it. " : "", what);
  if (::write(terminal.get(), prompt.data(), prompt.size()) < 0) return std::nullopt;
  return read_line(terminal.get());
}

}  // namespace

base::Result<cert::AskPassphrase> passphrase_source(const std::optional<std::string>& file) {
  if (!file) return cert::AskPassphrase(ask_at_terminal);
  auto content = base::read_secret_file(*file, max_file_bytes);
  if (!content) return content.error();
  std::string_view line = content->view();
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto kept = std::make_shared<const base::Secret>(base::Secret::copy_of(line));
  return cert::AskPassphrase([kept](std::string_view /*what*/, bool again) -> std::optional<base::Secret> {
    if (again) return std::nullopt;
    return base::Secret::copy_of(kept->view());
  });
}

}  // namespace tlsward::cli
