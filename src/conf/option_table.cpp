#include "conf/option_table.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "base/text.h"

namespace tlsward::conf {
namespace {

using Kind = OptionKind;
using Use = OptionUse;

constexpr std::array options{
    OptionInfo{"socket", Kind::text, Use::daemon, false, "SOCKET", "unix:" TLSWARD_RUNDIR "/milter.sock",
               "where the mail server reaches the milter: unix:PATH, inet:PORT@HOST, inet:HOST:PORT, "
               "inet6:PORT@HOST or fd:3"},
    OptionInfo{"socket-group", Kind::text, Use::daemon, true, "GROUP", "",
               "the group that may open a unix: socket; empty leaves it as it is made"},
    OptionInfo{"user", Kind::text, Use::daemon, false, "USER", "_tlsward",
               "the user that tlswardd becomes when it is started as root"},
    OptionInfo{"pid-file", Kind::path, Use::both, false, "PATH", TLSWARD_RUNDIR "/tlswardd.pid",
               "the file that tlswardd keeps locked while it lives, by which reload finds it"},
    OptionInfo{"drain-time", Kind::seconds, Use::daemon, false, "TIME", "25s",
               "how long open sessions are served after a stop; 25, 25s, 2m"},
    OptionInfo{"access", Kind::path, Use::both, false, "FILE", TLSWARD_SYSCONFDIR "/access",
               "the access list"},
    OptionInfo{"enforce", Kind::yes_no, Use::both, false, "yes|no", "no",
               "no: decide, log and count, and carry out nothing"},
    OptionInfo{"allow-default-required", Kind::yes_no, Use::both, false, "yes|no", "no",
               "whether the list may say 'default required'"},
    OptionInfo{"allow-default-deny", Kind::yes_no, Use::both, false, "yes|no", "no",
               "whether the list may say 'default deny'"},
    OptionInfo{"exempt-authenticated", Kind::yes_no, Use::both, false, "yes|no", "yes",
               "whether a client that authenticated over TLS is spared certificate conditions, sender rules "
               "and deny"},
    OptionInfo{"help-url", Kind::help_url, Use::both, true, "URL", "",
               "a page for those who were refused, appended to each reply"},
    OptionInfo{"log", Kind::log_target, Use::daemon, false, "TARGET", "auto",
               "where log lines go: journal, syslog, stderr, a file's absolute path, or auto (the journal "
               "where there is one, else syslog)"},
    OptionInfo{"log-level", Kind::log_level, Use::daemon, false, "LEVEL", "info",
               "the least severe lines that are logged: error, warning, info or debug"},
    OptionInfo{"mta", Kind::mta, Use::both, false, "MTA", "auto",
               "the mail server here: auto, postfix, sendmail or none"},
    OptionInfo{"state-dir", Kind::path, Use::both, false, "FOLDER", TLSWARD_STATEDIR,
               "where tlswardd leaves what others may read, list.json among it"},
    OptionInfo{"mta-config-dir", Kind::path, Use::command, true, "FOLDER", "",
               "the mail server's configuration, where it is not in its usual place"},
    OptionInfo{
        "hostname", Kind::host_names, Use::command, true, "NAMES", "",
        "the names that the certificate has to carry, with commas between; empty asks the mail server"},
    OptionInfo{"store", Kind::path, Use::command, false, "FOLDER", TLSWARD_SYSCONFDIR "/tls",
               "the certificate store"},
    OptionInfo{"client-ca-file", Kind::path, Use::later, true, "FILE", "",
               "the CAs that client certificates are verified by"},
    OptionInfo{"servers", Kind::path, Use::later, true, "FOLDER", "",
               "the remote servers that this host sends to"},
    OptionInfo{"ledger", Kind::path, Use::later, true, "FILE", "", "the history of what was seen"},
    OptionInfo{"retention", Kind::text, Use::later, true, "TIME", "", "how long the ledger remembers"},
    OptionInfo{"ledger-prefix", Kind::text, Use::later, true, "N/N", "",
               "the length to which the ledger cuts addresses"},
    OptionInfo{"health-max-age", Kind::text, Use::later, true, "TIME", "",
               "how long a probe of the mail server's own TLS is believed"},
    OptionInfo{"downgrade-sessions", Kind::text, Use::later, true, "N", "",
               "after how many TLS sessions one in the clear is a downgrade"},
    OptionInfo{"metrics-file", Kind::path, Use::later, true, "FILE", "",
               "a file of metrics for the node exporter"},
    OptionInfo{"metrics-listen", Kind::text, Use::later, true, "HOST:PORT", "", "where metrics are served"},
    OptionInfo{"alert-mail", Kind::text, Use::later, true, "ADDRESS", "", "who is told by mail"},
    OptionInfo{"alert-from", Kind::text, Use::later, true, "ADDRESS", "", "the sender of that mail"},
    OptionInfo{"alert-command", Kind::text, Use::later, true, "COMMAND", "",
               "a command that is run for each alert"},
    OptionInfo{"alert-events", Kind::text, Use::later, true, "LIST", "", "which events raise an alert"},
    OptionInfo{"lifetime-share", Kind::text, Use::later, true, "LIST", "",
               "when short-lived certificates raise an alert"},
};

/// Levenshtein's distance, `_` being `-` and case ignored.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    const char c = a[i - 1] == '_' ? '-' : base::lower(a[i - 1]);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (c == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::span<const OptionInfo> all_options() {
  return options;
}

const OptionInfo* find_option(std::string_view key) {
  const auto* const it =
      std::find_if(options.begin(), options.end(), [&](const OptionInfo& o) { return o.key == key; });
  return it == options.end() ? nullptr : &*it;
}

std::string_view nearest_option(std::string_view key) {
  // Longer than any key and its typing errors: not worth the square of its length.
  if (key.size() > 40) return {};
  std::string_view best;
  std::size_t least = std::max<std::size_t>(1, key.size() / 3) + 1;
  for (const OptionInfo& option : options) {
    const std::size_t distance = edit_distance(key, option.key);
    if (distance < least) {
      least = distance;
      best = option.key;
    }
  }
  return best;
}

}  // namespace tlsward::conf
