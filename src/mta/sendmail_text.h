// Owns what is read out of a sendmail.cf, which is only ever read.
#ifndef TLSWARD_MTA_SENDMAIL_TEXT_H
#define TLSWARD_MTA_SENDMAIL_TEXT_H

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mta/adaptor.h"

namespace tlsward::mta {

/// The lines of a sendmail.cf that concern us. Sendmail Installation and Operation Guide, section 5.
struct SendmailCf {
  /// Long options ("O Name=value") by their name in lower case; the last of a name counts.
  std::map<std::string, std::string, std::less<>> options;
  /// The values of every DaemonPortOptions, in their order.
  std::vector<std::string> daemons;
  /// Macros of one letter ("Djmx.example") and of longer names ("D{name}value").
  std::map<std::string, std::string, std::less<>> macros;

  /// An option's value, empty where it is not set.
  [[nodiscard]] std::string option(std::string_view lower_case_name) const;
};

/// Reads it; a line that begins with a blank continues the one before. Lines of other kinds are skipped.
SendmailCf parse_sendmail_cf(std::string_view text);

/// The listeners of the daemon. Without any DaemonPortOptions that is port 25. Services on Unix sockets, and
/// those whose port has no number here, are left out. Fields are told by their first letter, as Sendmail
/// does.
std::vector<Listener> listeners_of(const SendmailCf& cf);

/// What a Sendmail in its test mode (-bt) answered to one "$j": the value, empty where there is none.
std::string parse_macro_answer(std::string_view output);

/// The number behind "Version 8." of what it prints with -d0.1, with that "8."; empty where it is no
/// Sendmail.
std::string parse_version(std::string_view output);

}  // namespace tlsward::mta

#endif
