// Owns what the makers of converted lists share: lines, words, and rules as text.
#ifndef TLSWARD_POLICY_CONVERT_PARTS_H
#define TLSWARD_POLICY_CONVERT_PARTS_H

#include <cstdint>
#include <string>
#include <string_view>

#include "net/prefix.h"
#include "policy/access_convert.h"
#include "policy/convert_log.h"
#include "policy/rule.h"

namespace tlsward::policy {

// One maker a form; import_list picks.
void import_postfix_cidr(std::string_view text, ConvertLog& log, std::string& out);
void import_sendmail_access(std::string_view text, ConvertLog& log, std::string& out);
void import_plain(std::string_view text, Mode mode, ConvertLog& log, std::string& out);

/// Calls `take(line, number)` for each line, without its end. A line that is no text, or too long, is a
/// finding instead.
template <class F>
void for_each_line(std::string_view text, ConvertLog& log, F&& take);
/// Whether a line may be worked on; else the finding has been added.
bool line_is_text(std::string_view line, std::uint32_t number, ConvertLog& log);

/// Takes the first word (up to a blank) off `rest`, blanks before it too.
std::string_view take_word(std::string_view& rest);

/// "192.0.2.1" for a whole address, else "192.0.2.0/24".
std::string network_text(const net::Prefix& prefix);

/// The mode and conditions as an access list has them: "required min-bits=128 reply-with=tempfail". Dates are
/// not among them.
std::string terms_text(const Terms& terms);

/// Appends "network  terms" and a line feed.
void append_rule(std::string& out, std::string_view network, const Terms& terms);

/// A comment of another list as one of ours; printable.
void append_comment(std::string& out, std::string_view line);

template <class F>
void for_each_line(std::string_view text, ConvertLog& log, F&& take) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    log.at(number, line);
    if (line_is_text(line, number, log)) take(line, number);
  }
}

}  // namespace tlsward::policy

#endif
