// Owns what postconf prints: parameters, services of master.cf, and what single services override.
#ifndef TLSWARD_MTA_POSTFIX_TEXT_H
#define TLSWARD_MTA_POSTFIX_TEXT_H

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mta/adaptor.h"

namespace tlsward::mta {

/// Parameters by name.
using Parameters = std::map<std::string, std::string, std::less<>>;

/// "name = value" lines, as `postconf NAME...` prints them. Other lines are skipped.
Parameters parse_parameters(std::string_view text);

/// One service of master.cf, as `postconf -M` prints it.
struct Service {
  std::string name;     ///< "smtp", "127.0.0.1:2525", "[::1]:smtps"
  std::string type;     ///< "inet", "unix", "pass", ...
  std::string command;  ///< the daemon: "smtpd"
};

/// The services, in their order. Lines with fewer than eight columns are skipped.
std::vector<Service> parse_services(std::string_view text);

/// Overrides by "service/type", as `postconf -P` prints them: "submission/inet/smtpd_tls_security_level =
/// encrypt". A service's name may hold no slash but its last two parts are type and parameter.
std::map<std::string, Parameters, std::less<>> parse_overrides(std::string_view text);

/// All that postconf was asked for.
struct PostfixAnswers {
  Parameters expanded;  ///< main.cf and defaults, $name replaced
  Parameters raw;       ///< the same without replacing
  std::vector<Service> services;
  std::map<std::string, Parameters, std::less<>> overrides;  ///< $name replaced
};

/// The parameters that `listeners_of` wants to know.
std::vector<std::string> listener_parameters();

/// The inet services of smtpd and postscreen, with what each serves. A service whose port has no number here
/// is left out. Relative file names are below the queue directory, where Postfix's daemons live. Pure but for
/// the names of ports (services(5)).
std::vector<Listener> listeners_of(const PostfixAnswers& answers);

/// Elements of a list as Postfix writes one: separated by commas and blanks.
std::vector<std::string> split_list(std::string_view text);

}  // namespace tlsward::mta

#endif
