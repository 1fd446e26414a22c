#include "milter/startup.h"

#include "build_config.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "base/text.h"
#include "milter/signals.h"
#include "policy/list_source.h"
#include "report/findings.h"

namespace tlsward::milter {
namespace {

using Outcome = std::optional<ExitStatus>;

void say(std::string_view text) {
  fmt::print(stderr, "tlswardd: {}\n", text);
}

void tell(const base::Findings& findings) {
  fmt::print(stderr, "{}", report::render_findings_text(findings, report::wants_colour(STDERR_FILENO)));
}

ExitStatus failed(const Prepared& p, const base::Error& error) {
  say(error.message());
  if (p.log != nullptr && p.config.log != "stderr") p.log->error(error.message());
  return status_of(error.code);
}

Outcome read_arguments(const std::vector<std::string>& words, Prepared& p) {
  auto arguments = parse_arguments(words);
  if (!arguments) {
    say(arguments.error().message());
    return ExitStatus::usage;
  }
  p.arguments = *std::move(arguments);
  if (p.arguments.help) {
    fmt::print("{}", help_text());
    return ExitStatus::ok;
  }
  if (p.arguments.version) {
    fmt::print("tlswardd {}\n", PACKAGE_VERSION);
    return ExitStatus::ok;
  }
  return std::nullopt;
}

Outcome read_configuration(Prepared& p) {
  conf::LoadedConfig loaded = conf::load_config(p.arguments.config, p.arguments.settings);
  tell(loaded.findings);
  if (loaded.file_error) {
    if (loaded.file_error->code == base::Errc::missing) return ExitStatus::missing;
    return loaded.file_error->code == base::Errc::permission ? ExitStatus::no_permission
                                                             : ExitStatus::configuration;
  }
  if (!loaded.is_usable()) return ExitStatus::configuration;
  p.config = std::move(loaded.config);
  auto endpoint = Endpoint::parse(p.config.socket);
  if (!endpoint) return failed(p, endpoint.error());
  p.endpoint = *std::move(endpoint);
  return std::nullopt;
}

Outcome read_list(Prepared& p) {
  const policy::LoadOptions options{p.config.allow_default_required, p.config.allow_default_deny,
                                    base::now()};
  p.first_list = policy::load_access_list(policy::FileSource(), p.config.access, options);
  tell(p.first_list.findings);
  if (p.first_list.list == nullptr) {
    say(fmt::format("{} has errors: a list with any error is never in force",
                    base::printable(p.config.access)));
    return ExitStatus::configuration;
  }
  return std::nullopt;
}

Outcome end_a_check(Prepared& p) {
  if (!p.arguments.check) return std::nullopt;
  fmt::print("tlswardd: the configuration and the access list {} are good: {} rules\n",
             base::printable(p.config.access), p.first_list.rules);
  return ExitStatus::ok;
}

Outcome open_log(Prepared& p) {
  auto log = base::open_log(p.config.log, p.config.log_level, "tlswardd");
  if (!log) return failed(p, log.error());
  p.log = *std::move(log);
  return std::nullopt;
}

Outcome find_user_to_become(Prepared& p) {
  if (!is_root()) return std::nullopt;
  auto user = find_user(p.config.user);
  if (!user) return failed(p, user.error());
  p.user = *std::move(user);
  return std::nullopt;
}

Outcome hold_pid_file(Prepared& p) {
  auto file = PidFile::hold(p.config.pid_file);
  if (!file) return failed(p, file.error());
  p.pid_file = *std::move(file);
  return std::nullopt;
}

Outcome open_socket(Prepared& p) {
  SocketOwner owner;
  if (p.user) owner = {p.user->uid, p.user->gid};
  if (!p.config.socket_group.empty()) {
    const auto group = find_group(p.config.socket_group);
    if (!group) return failed(p, group.error());
    owner.group = *group;
  }
  auto socket = ListenSocket::open(p.endpoint, owner);
  if (!socket) return failed(p, socket.error());
  p.socket = *std::move(socket);
  std::vector<std::string> folders{p.config.state_dir};
  if (!p.endpoint.path.empty()) folders.insert(folders.begin(), base::folder_of(p.endpoint.path));
  auto gate = Gate::make(p.socket->descriptor(), folders);
  if (!gate) return failed(p, gate.error());
  p.gate = *std::move(gate);
  return std::nullopt;
}

Outcome take_signals(Prepared& p) {
  Signals::block();
  const auto installed = Signals::install();
  return installed ? Outcome() : failed(p, installed.error());
}

Outcome drop_rights(Prepared& p) {
  if (p.user) {
    if (const auto changed = become(*p.user); !changed) return failed(p, changed.error());
  }
  const auto closed = gain_no_privileges();
  return closed ? Outcome() : failed(p, closed.error());
}

Outcome raise_limits(Prepared& p) {
  const auto limit = raise_descriptor_limit();
  if (!limit) return failed(p, limit.error());
  p.descriptors = DescriptorGuard(*limit);
  return std::nullopt;
}

struct Step {
  std::string_view caption;
  Outcome (*act)(Prepared&);
};

/// What follows the arguments. Files are made while root's rights are there; nothing from outside is read
/// with them but the configuration and the list.
constexpr std::array steps{
    Step{"read the configuration", read_configuration},
    Step{"read the access list", read_list},
    Step{"end a check", end_a_check},
    Step{"open the log", open_log},
    Step{"find the user to become", find_user_to_become},
    Step{"hold the pid file", hold_pid_file},
    Step{"open the socket", open_socket},
    Step{"take the signals", take_signals},
    Step{"drop root's rights", drop_rights},
    Step{"raise the limit of descriptors", raise_limits},
};

}  // namespace

std::optional<ExitStatus> prepare_daemon(const std::vector<std::string>& words, Prepared& out) {
  if (const auto end = read_arguments(words, out)) return end;
  for (const Step& step : steps) {
    if (const auto end = step.act(out)) {
      if (*end != ExitStatus::ok) say(fmt::format("could not {}: not started", step.caption));
      return end;
    }
  }
  return std::nullopt;
}

}  // namespace tlsward::milter
