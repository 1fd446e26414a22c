#include "mta/sendmail.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <thread>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "mta/sendmail_process.h"

namespace tlsward::mta {
namespace {

using base::Command;
using base::Done;
using base::Ended;
using base::Errc;
using base::Error;
using base::Result;
using base::Status;
using Clock = std::chrono::steady_clock;

constexpr const char* usual_folder = "/etc/mail";
constexpr const char* usual_pid_file = "/var/run/sendmail.pid";
constexpr std::uint64_t max_cf = std::uint64_t{8} << 20U;
constexpr std::chrono::milliseconds pause{50};
constexpr std::chrono::seconds one_try{5};

Result<Ended> run_sendmail(const std::string& program, const std::vector<std::string>& arguments,
                           const std::string& input, const Places& places) {
  Command command;
  command.argv = {program};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.input = input;
  command.environment = places.environment;
  return base::run_command(command);
}

std::string pid_path(const SendmailCf& cf) {
  const std::string named = cf.option("pidfile");
  return named.empty() ? usual_pid_file : named;
}

/// The running daemon, if the pid file names one.
std::optional<PidNote> running(const std::string& path) {
  auto note = read_pid_file(path);
  if (!note || !is_sendmail(note->pid)) return std::nullopt;
  return *std::move(note);
}

/// The programs that may be Sendmail's own, the surest first: the one that runs by this configuration;
/// Postfix and Exim bring a sendmail too.
std::vector<std::string> candidates(const std::string& cf, const Places& places) {
  if (!places.sendmail.empty()) return {places.sendmail};
  std::vector<std::string> out;
  if (const auto text = base::read_file(cf, max_cf)) {
    if (const auto note = running(pid_path(parse_sendmail_cf(*text)))) out.push_back(program_of(note->pid));
  }
  std::vector<std::string> folders{"/usr/libexec/sendmail", "/usr/lib/sm.bin"};
  folders.insert(folders.end(), places.program_folders.begin(), places.program_folders.end());
  folders.emplace_back("/usr/lib");
  for (const std::string& folder : folders) {
    for (const char* const name : {"sendmail-mta", "sendmail"}) {
      if (std::string path = base::find_program(name, {folder}); !path.empty())
        out.push_back(std::move(path));
    }
  }
  return out;
}

/// Whether somebody speaks SMTP there now.
bool answers(const std::vector<Listener>& listeners, smtp::Deadline deadline) {
  if (listeners.empty()) return true;
  const smtp::Deadline soon = std::min<smtp::Deadline>(deadline, Clock::now() + one_try);
  return smtp::fetch_served(listeners.front().target("", smtp::KeyKind::any), soon).was_answered();
}

/// Sendmail executes its own argv[0], and ends where it cannot.
Status can_execute_itself(const PidNote& note, const std::string& path) {
  const std::string program = note.command.substr(0, note.command.find(' '));
  if (program.empty() || program[0] != '/') {
    return Error{
        Errc::config,
        "Sendmail was not started by its full path, so a restart by signal would end it: restart it by "
        "its own service",
        path};
  }
  if (::access(program.c_str(), X_OK) != 0) {
    return Error{
        Errc::config,
        fmt::format("the program {} that runs is gone, so a restart by signal would end Sendmail: restart "
                    "it by its own service",
                    base::printable(program)),
        path};
  }
  return Done{};
}

}  // namespace

Sendmail::Sendmail(std::string config_dir, std::string program, std::string version, Places places)
    : config_dir_(std::move(config_dir)),
      program_(std::move(program)),
      version_(std::move(version)),
      places_(std::move(places)) {}

Result<std::unique_ptr<Mta>> Sendmail::find(const std::string& config_dir, const Places& places) {
  const std::string folder = config_dir.empty() ? usual_folder : config_dir;
  const std::string cf = base::join_path(folder, "sendmail.cf");
  if (::access(cf.c_str(), F_OK) != 0)
    return Error{Errc::missing, "Sendmail is not configured: there is no sendmail.cf", folder};
  for (const std::string& program : candidates(cf, places)) {
    const auto ended = run_sendmail(program, {"-d0.1", "-bt", "-C", cf}, "", places);
    if (!ended) continue;
    std::string version = parse_version(ended->output);
    if (!version.empty())
      return std::unique_ptr<Mta>(new Sendmail(folder, program, std::move(version), places));
  }
  return Error{Errc::missing, "Sendmail is not installed: no program named sendmail is Sendmail itself",
               folder};
}

std::string Sendmail::cf_path() const {
  return base::join_path(config_dir_, "sendmail.cf");
}

Result<SendmailCf> Sendmail::read_cf() const {
  const auto text = base::read_file(cf_path(), max_cf);
  if (!text) return text.error();
  return parse_sendmail_cf(*text);
}

Result<Ended> Sendmail::test_mode(const std::string& input) const {
  return run_sendmail(program_, {"-bt", "-C", cf_path()}, input, places_);
}

Result<std::string> Sendmail::version() const {
  return version_;
}

Result<std::string> Sendmail::hostname() const {
  const auto cf = read_cf();
  if (!cf) return cf.error();
  const auto fixed = cf->macros.find("j");
  if (fixed != cf->macros.end() && !fixed->second.empty() && fixed->second.find('$') == std::string::npos)
    return base::printable(fixed->second);
  const auto ended = test_mode("$j\n");
  if (!ended) return ended.error();
  std::string name = parse_macro_answer(ended->output);
  if (name.empty())
    return Error{Errc::config, "Sendmail does not say its own name: " + base::last_words(*ended), cf_path()};
  return name;
}

Result<std::vector<Listener>> Sendmail::listeners() const {
  const auto cf = read_cf();
  if (!cf) return cf.error();
  return listeners_of(*cf);
}

Result<std::vector<std::string>> Sendmail::issuer_files() const {
  const auto cf = read_cf();
  if (!cf) return cf.error();
  const std::string file = cf->option("cacertfile");
  if (file.empty()) return std::vector<std::string>();
  return std::vector<std::string>{base::join_path(cf->option("queuedirectory"), file)};
}

Status Sendmail::check() const {
  const auto ended = test_mode("");
  if (!ended) return ended.error();
  if (ended->succeeded()) return Done{};
  // What is wrong comes first; the test mode's own greeting ends it.
  const std::string_view said = ended->output;
  return Error{Errc::config,
               "Sendmail cannot read its configuration: " + base::printable(said.substr(0, said.find('\n'))),
               cf_path()};
}

bool Sendmail::is_running() const {
  const auto cf = read_cf();
  return cf && running(pid_path(*cf)).has_value();
}

Status Sendmail::reload(smtp::Deadline deadline) {
  if (auto fine = check(); !fine) return fine.error();
  const auto cf = read_cf();
  if (!cf) return cf.error();
  const std::string path = pid_path(*cf);
  const auto before = running(path);
  if (!before)
    return Error{Errc::unavailable, "Sendmail is not running: its pid file names no living sendmail", path};
  if (auto fine = can_execute_itself(*before, path); !fine) return fine.error();
  if (::kill(before->pid, SIGHUP) != 0)
    return base::from_errno(errno, fmt::format("cannot signal Sendmail ({})", before->pid), path);
  const std::vector<Listener> listeners = listeners_of(*cf);
  while (Clock::now() < deadline) {
    const auto now = running(path);
    if (now && !(*now == *before) && answers(listeners, deadline)) return Done{};
    std::this_thread::sleep_for(pause);
  }
  return Error{Errc::unavailable, "Sendmail did not come back after its restart: look into its log", path};
}

}  // namespace tlsward::mta
