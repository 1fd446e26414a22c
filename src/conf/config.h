// Owns the configuration: the values of tlsward.conf, conf.d/*.conf and the command line, checked.
#ifndef TLSWARD_CONF_CONFIG_H
#define TLSWARD_CONF_CONFIG_H

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/finding.h"
#include "base/log.h"
#include "base/result.h"
#include "policy/decision.h"

namespace tlsward::conf {

enum class Mta : std::uint8_t { automatic, postfix, sendmail, none };

/// Every value, with its default. Paths are as written.
struct Config {
  std::string file;  ///< the tlsward.conf that was read; empty: there was none
  std::string socket = "unix:" TLSWARD_RUNDIR "/milter.sock";
  std::string socket_group;  ///< empty: leave it
  std::string user = "_tlsward";
  std::string pid_file = TLSWARD_RUNDIR "/tlswardd.pid";
  std::chrono::seconds drain_time{25};
  std::string access = TLSWARD_SYSCONFDIR "/access";
  bool enforce = false;
  bool allow_default_required = false;
  bool allow_default_deny = false;
  bool exempt_authenticated = true;
  std::string help_url;
  std::string log = "auto";
  base::LogLevel log_level = base::LogLevel::info;
  Mta mta = Mta::automatic;
  std::string state_dir = TLSWARD_STATEDIR;
  std::string mta_config_dir;          ///< empty: the mail server's usual place
  std::vector<std::string> hostnames;  ///< as written; empty: ask the mail server
  std::string store = TLSWARD_SYSCONFDIR "/tls";

  [[nodiscard]] policy::Settings settings() const { return {enforce, exempt_authenticated, help_url}; }
};

/// A configuration that was asked for, or why there is none.
struct LoadedConfig {
  Config config;
  base::Findings findings;
  /// The named file could not be read: missing (66) or permission (77). A default file that is missing is no
  /// error.
  std::optional<base::Error> file_error;

  [[nodiscard]] bool is_usable() const {
    return !file_error && !base::has_at_least(findings, base::Severity::error);
  }
};

/// One setting from the command line: "--access" "FILE" is {"access", "FILE"}.
struct Setting {
  std::string key;
  std::string value;
};

/// The configuration that is read where none is named.
constexpr const char* default_file = TLSWARD_SYSCONFDIR "/tlsward.conf";

/// Reads `file` (or, where it is empty, the default one if it exists), then conf.d/*.conf beside it in order,
/// then applies `command_line`. Each later one wins; a key twice within one file is an error. Every finding
/// names file, line and column.
/// `defaults` stands where none of them says anything.
LoadedConfig load_config(const std::string& file, const std::vector<Setting>& command_line,
                         const Config& defaults = {});

}  // namespace tlsward::conf

#endif
