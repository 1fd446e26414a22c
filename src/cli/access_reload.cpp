#include <fmt/format.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill(2) is POSIX, not C++

#include <cerrno>
#include <chrono>
#include <iterator>
#include <optional>
#include <string>
#include <thread>

#include "base/text.h"
#include "cli/access_verbs.h"
#include "cli/daemon.h"
#include "cli/list_loading.h"
#include "report/findings.h"

namespace tlsward::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 10s;
constexpr auto pause_between_looks = 20ms;

/// What came of a reload.
struct Outcome {
  Exit status = Exit::yes;
  std::string_view result;  ///< a word for programs
  std::string text;         ///< a sentence for people
  std::string hint;
  std::optional<pid_t> pid;
};

/// Whether list.json shows what came of a signal sent at `signalled`, and what that is. `before` is what it
/// showed then.
std::optional<Outcome> look(const conf::Config& config, const policy::LoadedList& loaded,
                            const base::Result<DaemonList>& before, base::Seconds signalled) {
  const auto now = read_daemon_list(config.state_dir);
  if (!now) return std::nullopt;
  if (now->sha256 == loaded.sha256 && now->loaded_at >= signalled && !now->error) {
    return Outcome{
        Exit::yes, "taken", fmt::format("tlswardd has taken the list with {} rules", now->rules), {}, {}};
  }
  // An error of an earlier try in the same second must not be taken for one of ours.
  if (now->error && now->tried_at >= signalled && !(before && *before == *now)) {
    return Outcome{Exit::data,
                   "refused",
                   fmt::format("tlswardd has refused the list: {}", *now->error),
                   "the list before stays in force",
                   {}};
  }
  return std::nullopt;
}

Outcome no_answer(const conf::Config& config) {
  const auto state = read_daemon_list(config.state_dir);
  if (!state) {
    return Outcome{
        exit_for_file(state.error(), Exit::try_later) == Exit::no_permission ? Exit::no_permission
                                                                             : Exit::try_later,
        "unknown",
        fmt::format("tlswardd was signalled, and its answer cannot be read: {}", state.error().message()),
        "state-dir must be the same for tlswardd and tlsward",
        {}};
  }
  return Outcome{Exit::try_later,
                 "unknown",
                 fmt::format("tlswardd has not taken this list within {} seconds", patience.count()),
                 "see its log, and whether it runs with the same configuration",
                 {}};
}

Outcome signal_and_wait(const conf::Config& config, const policy::LoadedList& loaded) {
  const auto pid = find_daemon(config.pid_file);
  if (!pid) {
    const Exit status = pid.error().code == base::Errc::permission ? Exit::no_permission : Exit::unavailable;
    return Outcome{status,
                   "no-daemon",
                   pid.error().message(),
                   "start it, or name its configuration with --config; it reads the list when it starts",
                   {}};
  }
  const auto before = read_daemon_list(config.state_dir);
  const base::Seconds signalled = base::now();
  if (::kill(*pid, SIGUSR1) != 0) {
    const int err = errno;
    const base::Error error = base::from_errno(err, fmt::format("cannot signal process {}", *pid));
    return Outcome{err == EPERM ? Exit::no_permission : Exit::unavailable, "no-daemon", error.text,
                   "run this as root", *pid};
  }
  Outcome outcome;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    if (auto seen = look(config, loaded, before, signalled)) {
      outcome = *std::move(seen);
      break;
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      outcome = no_answer(config);
      break;
    }
    std::this_thread::sleep_for(pause_between_looks);
  }
  outcome.pid = *pid;
  return outcome;
}

void write_json(Output& out, const Outcome& outcome, const std::string& file,
                const policy::LoadedList& loaded) {
  std::string& buffer = out.buffer();
  fmt::format_to(std::back_inserter(buffer), R"({{"result":"{}","file":)", outcome.result);
  base::append_json_string(buffer, file);
  fmt::format_to(std::back_inserter(buffer), R"(,"rules":{},"sha256":"{}","pid":)", loaded.rules,
                 loaded.sha256);
  buffer += outcome.pid ? std::to_string(*outcome.pid) : "null";
  buffer += ",\"text\":";
  base::append_json_string(buffer, outcome.text);
  buffer += ",\"findings\":";
  report::append_findings_json(buffer, loaded.findings);
  buffer += "}\n";
}

Exit run_reload(Context& context) {
  const conf::LoadedConfig configuration = load_config(context);
  context.out.talk(configuration.findings);
  if (const auto failure = config_failure(configuration)) return *failure;
  const conf::Config& config = configuration.config;
  const policy::LoadedList loaded = load_list(config.access, config, base::now());
  const bool json = context.arguments.has("json");
  if (!json) context.out.talk(loaded.findings);
  const Outcome outcome = loaded.list ? signal_and_wait(config, loaded)
                                      : Outcome{list_status(loaded),
                                                "bad-list",
                                                "the list has errors, so tlswardd was not told",
                                                "mend it and reload again; the list before stays in force",
                                                {}};
  if (json) {
    write_json(context.out, outcome, config.access, loaded);
  } else if (outcome.status == Exit::yes) {
    context.out.data(outcome.text + "\n");
  } else {
    context.out.talk(fmt::format("tlsward access reload: {}", outcome.text));
    if (!outcome.hint.empty()) context.out.talk(fmt::format("  hint: {}", outcome.hint));
  }
  return outcome.status;
}

}  // namespace

constinit const Verb access_reload_verb{"access reload",
                                        "",
                                        "Check the access list and have the running tlswardd take it",
                                        {},
                                        0,
                                        "tlsward access reload\n"
                                        "tlsward access reload --config /etc/tlsward/second.conf",
                                        run_reload};

}  // namespace tlsward::cli
