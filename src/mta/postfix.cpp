#include "mta/postfix.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "base/files.h"
#include "base/text.h"

namespace tlsward::mta {
namespace {

using base::Command;
using base::Done;
using base::Ended;
using base::Errc;
using base::Error;
using base::Result;
using base::Status;

/// Nobody may give us an output of master.cf that fills the memory; real ones have some ten KiB.
constexpr std::size_t max_answer = std::size_t{4} << 20U;

std::string first_line(std::string_view text) {
  return std::string(base::trim(text.substr(0, text.find('\n'))));
}

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

}  // namespace

Postfix::Postfix(std::string config_dir, bool is_default, std::string postconf, std::string postfix,
                 Places places)
    : config_dir_(std::move(config_dir)),
      is_default_(is_default),
      postconf_(std::move(postconf)),
      postfix_(std::move(postfix)),
      places_(std::move(places)) {}

Result<std::unique_ptr<Mta>> Postfix::find(const std::string& config_dir, const Places& places) {
  std::string postconf = base::find_program("postconf", places.program_folders);
  std::string postfix = base::find_program("postfix", places.program_folders);
  if (postconf.empty() || postfix.empty())
    return Error{Errc::missing, "Postfix is not installed: there is no postconf or no postfix", ""};
  Command command;
  command.argv = {postconf, "-d", "-h", "config_directory"};
  command.environment = places.environment;
  const auto ended = base::run_command(command);
  if (!ended) return ended.error();
  const std::string usual = first_line(ended->output);
  const std::string folder = config_dir.empty() ? usual : config_dir;
  if (folder.empty() || !exists(base::join_path(folder, "main.cf")))
    return Error{Errc::missing, "Postfix is installed but not configured: there is no main.cf", folder};
  return std::unique_ptr<Mta>(
      new Postfix(folder, folder == usual, std::move(postconf), std::move(postfix), places));
}

Result<Ended> Postfix::run(std::vector<std::string> argv) const {
  Command command;
  command.argv = std::move(argv);
  command.environment = places_.environment;
  command.max_output = max_answer;
  return base::run_command(command);
}

Result<std::string> Postfix::ask(const std::vector<std::string>& arguments) const {
  std::vector<std::string> argv{postconf_, "-c", config_dir_};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const auto ended = run(std::move(argv));
  if (!ended) return ended.error();
  if (!ended->succeeded()) {
    return Error{Errc::config, "Postfix cannot read its configuration: " + base::last_words(*ended),
                 config_dir_};
  }
  if (ended->is_cut)
    return Error{Errc::range, "Postfix's configuration is too large to be read", config_dir_};
  return ended->output;
}

Result<std::string> Postfix::version() const {
  const auto said = ask({"-h", "mail_version"});
  if (!said) return said.error();
  return base::printable(first_line(*said));
}

Result<std::string> Postfix::hostname() const {
  const auto said = ask({"-h", "-x", "myhostname"});
  if (!said) return said.error();
  return base::printable(first_line(*said));
}

Result<std::vector<Listener>> Postfix::listeners() const {
  const std::vector<std::string> raw = listener_parameters();
  std::vector<std::string> expanded{"-x"};
  expanded.insert(expanded.end(), raw.begin(), raw.end());
  // An older Postfix does not know all of them: it warns on standard error and answers the rest.
  const auto values = ask(expanded);
  if (!values) return values.error();
  const auto unexpanded = ask(raw);
  if (!unexpanded) return unexpanded.error();
  const auto services = ask({"-M"});
  if (!services) return services.error();
  const auto overrides = ask({"-x", "-P"});
  if (!overrides) return overrides.error();
  return listeners_of({parse_parameters(*values), parse_parameters(*unexpanded), parse_services(*services),
                       parse_overrides(*overrides)});
}

Result<std::vector<std::string>> Postfix::issuer_files() const {
  return std::vector<std::string>();  // it sends what stands in the files of the certificate and nothing else
}

Status Postfix::check() const {
  // postconf says what is wrong, `postfix check` only the mail log.
  if (const auto read = listeners(); !read) return read.error();
  const auto ended = run({postfix_, "-c", config_dir_, "check"});
  if (!ended) return ended.error();
  if (!ended->succeeded()) {
    return Error{Errc::config,
                 fmt::format("`postfix -c {} check` fails, the mail log says why: {}", config_dir_,
                             base::last_words(*ended)),
                 config_dir_};
  }
  return Done{};
}

bool Postfix::is_running() const {
  const auto ended = run({postfix_, "-c", config_dir_, "status"});
  return ended && ended->succeeded();
}

std::string Postfix::unit() const {
  if (!is_default_ || !places_.has_systemd) return {};
  const std::string systemctl = base::find_program("systemctl", places_.program_folders);
  if (systemctl.empty()) return {};
  // Debian's postfix.service only stands for all instances; the default one is "-".
  for (const char* const name : {"postfix@-.service", "postfix.service"}) {
    const auto ended = run({systemctl, "is-active", "--quiet", name});
    if (ended && ended->succeeded()) return name;
  }
  return {};
}

Status Postfix::reload(smtp::Deadline /*deadline*/) {
  if (auto fine = check(); !fine) return fine.error();
  if (!is_running()) {
    return Error{Errc::unavailable,
                 fmt::format("Postfix is not running: start it with `postfix -c {} start`", config_dir_),
                 config_dir_};
  }
  if (const std::string name = unit(); !name.empty()) {
    const auto ended =
        run({base::find_program("systemctl", places_.program_folders), "--no-ask-password", "reload", name});
    if (ended && ended->succeeded()) return Done{};
  }
  const auto ended = run({postfix_, "-c", config_dir_, "reload"});
  if (!ended) return ended.error();
  if (!ended->succeeded()) {
    return Error{Errc::unavailable,
                 fmt::format("`postfix -c {} reload` fails, the mail log says why: {}", config_dir_,
                             base::last_words(*ended)),
                 config_dir_};
  }
  return Done{};
}

}  // namespace tlsward::mta
