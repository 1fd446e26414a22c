// Owns carrying lists over: other programs' lists into access lists, access lists into theirs.
#ifndef TLSWARD_POLICY_ACCESS_CONVERT_H
#define TLSWARD_POLICY_ACCESS_CONVERT_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/finding.h"
#include "policy/list_source.h"
#include "policy/rule.h"

namespace tlsward::policy {

/// A form of list that is not ours.
enum class ListForm : std::uint8_t {
  postfix_cidr,     ///< cidr_table(5) for check_client_access or smtpd_discard_ehlo_keyword_address_maps
  sendmail_access,  ///< the text of Sendmail's access map, before makemap
  plain,  ///< a network a line, as appliances write it (004_0505d31b11d3b4e2.txt), with or without a mode
          ///< behind it
};

/// "postfix-cidr", "sendmail-access", "plain".
std::optional<ListForm> parse_list_form(std::string_view text);

/// A list in its new form, and all that has to be said about it: warnings where something could not be said
/// in that form, remarks where it is said in other words that decide alike.
struct Converted {
  std::string text;
  base::Findings findings;

  [[nodiscard]] bool says_all() const { return !base::has_at_least(findings, base::Severity::warning); }
};

/// Makes an access list of `text`; `name` is for the findings. `plain_mode` is the mode of a plain network
/// without one. Pure.
Converted import_list(ListForm from, std::string_view text, const std::string& name, Mode plain_mode);

/// Makes a list for another program of the access list `path`, which must be free of errors. Sendmail's form
/// is not made. What is in force at `now` is what is said. `only`: the networks of this mode alone, without
/// the mode (plain form).
Converted export_list(ListForm to, const ListSource& source, const std::string& path, Seconds now,
                      std::optional<Mode> only);

}  // namespace tlsward::policy

#endif
