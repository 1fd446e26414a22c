// Owns SMTP replies: their codes, their text, and what keeps the text fit to be sent.
#ifndef TLSWARD_POLICY_REPLY_H
#define TLSWARD_POLICY_REPLY_H

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tlsward::policy {

/// One reply. RFC 5321 section 4.2; the enhanced code RFC 3463.
struct Reply {
  std::string code;      ///< "530"
  std::string enhanced;  ///< "5.7.0"
  std::string text;      ///< printable ASCII, at most max_reply_text bytes

  bool operator==(const Reply&) const = default;
};

/// "530 5.7.0 Must issue a STARTTLS command first".
std::string to_string(const Reply& reply);

/// A reply line is at most 512 octets (RFC 5321 section 4.5.3.1.5), and the MTA may put words of its own in
/// front.
constexpr std::size_t max_reply_text = 400;

/// The longest text of ours without the help-url: what is left of max_reply_text is the help-url's.
constexpr std::size_t max_own_text = 160;

/// Whether `url` may be appended to every reply: printable ASCII without blanks, short enough. Errors: range,
/// parse.
base::Status check_help_url(std::string_view url);

/// `text` with " URL" behind it where there is one; anything but printable ASCII becomes "?", and the whole
/// is cut to max_reply_text.
std::string reply_text(std::string_view text, std::string_view help_url);

/// `text` as smfi_setreply takes it: a lone % makes Sendmail ignore the reply, so each is doubled.
std::string doubled_percent(std::string_view text);

}  // namespace tlsward::policy

#endif
