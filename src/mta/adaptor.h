// Owns what the rest of the program may ask of a mail server and do to it, whichever it is.
#ifndef TLSWARD_MTA_ADAPTOR_H
#define TLSWARD_MTA_ADAPTOR_H

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"
#include "base/result.h"
#include "conf/config.h"
#include "smtp/served.h"

namespace tlsward::mta {

enum class Kind : std::uint8_t { postfix, sendmail };

/// "postfix" or "sendmail".
std::string_view name_of(Kind kind);

/// One service on which the mail server takes SMTP.
struct Listener {
  std::string service;     ///< as the configuration names it: "smtp", "127.0.0.1:2525", "MTA-v4"
  std::string host;        ///< to connect to: an address without brackets, or a name
  std::uint16_t port = 0;  ///< 1 to 65535
  smtp::Security security = smtp::Security::starttls;
  bool has_tls = false;  ///< TLS is configured; false too where STARTTLS is hidden from everybody
  /// Waits for a proxy's header before it greets: a client that has none gets no answer.
  bool wants_proxy_header = false;
  /// Keys and certificates it serves, absolute, in the order of the configuration; a file that holds both is
  /// there once.
  std::vector<std::string> certificate_files;

  /// Whether any of these files lies in that folder, links followed or not.
  [[nodiscard]] bool uses(const std::string& folder) const;
  /// Whom to ask for the certificate of that kind.
  [[nodiscard]] smtp::Target target(const std::string& server_name, smtp::KeyKind kind) const;
};

/// A mail server that is installed here. Its configuration is asked for anew by every call and never changed;
/// the calls run the mail server's own programs, each with a limit of half a minute.
/// Errors of all: missing (program or file gone), permission, config (it does not read; the text quotes it),
/// unavailable (its program did not come to an end, or it is not running).
class Mta {
 public:
  Mta() = default;
  virtual ~Mta() = default;
  Mta(const Mta&) = delete;
  Mta& operator=(const Mta&) = delete;

  [[nodiscard]] virtual Kind kind() const = 0;
  /// The folder of its configuration.
  [[nodiscard]] virtual const std::string& config_dir() const = 0;
  /// As it names itself: "3.7.11".
  [[nodiscard]] virtual base::Result<std::string> version() const = 0;
  /// How it calls itself in its greeting: myhostname, $j. Printable.
  [[nodiscard]] virtual base::Result<std::string> hostname() const = 0;
  [[nodiscard]] virtual base::Result<std::vector<Listener>> listeners() const = 0;
  /// Further files out of which it completes the chain that it sends (Sendmail's CACertFile, which also holds
  /// the authorities that it trusts). Absolute; often empty.
  [[nodiscard]] virtual base::Result<std::vector<std::string>> issuer_files() const = 0;
  /// Lets the mail server check its own configuration. It looks at no certificate: that is seen on the wire.
  [[nodiscard]] virtual base::Status check() const = 0;
  /// Makes the running server take up its configuration and certificates: Postfix by a reload, which it ends
  /// in the background, so ask it with patience what it serves; Sendmail by a restart, waited for up to the
  /// deadline. `check` comes first: nothing is restarted with a configuration that does not read.
  /// Further errors: unavailable (not running, or did not come back).
  virtual base::Status reload(smtp::Deadline deadline) = 0;
  /// Asked as root: to others Postfix does not tell, and for them it does not run.
  [[nodiscard]] virtual bool is_running() const = 0;

  /// Keys and certificates of all listeners that have TLS, each file once.
  [[nodiscard]] base::Result<std::vector<std::string>> certificate_files() const;
  /// Whether any listener with TLS serves a file of that folder.
  [[nodiscard]] base::Result<bool> uses(const std::string& folder) const;
};

/// Where the programs of this machine are, and what they are told besides.
struct Places {
  std::vector<std::string> program_folders = base::program_folders();
  std::string sendmail;                  ///< the program itself, where it is not in its usual place
  std::vector<std::string> environment;  ///< "NAME=value" for every program that is run
  bool has_systemd = false;              ///< systemd is this machine's init (sd_booted(3))

  /// Those of the running system.
  static Places of_this_machine();
};

/// Finds the mail server of this machine: the one that is configured, or with `automatic` the only one whose
/// programs and configuration are here, of two the one that runs. `config_dir` names a folder other than the
/// usual one; its main.cf or sendmail.cf then tells the kind. Null with `none`.
/// Errors: missing (there is none, or not the one that is configured; the text says what was looked for),
/// conflict (two, and none or both of them run).
base::Result<std::unique_ptr<Mta>> find_mta(conf::Mta wanted, const std::string& config_dir,
                                            const Places& places);

}  // namespace tlsward::mta

#endif
