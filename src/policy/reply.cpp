#include "policy/reply.h"

#include <fmt/format.h>

#include <algorithm>

namespace tlsward::policy {
namespace {

bool is_printable_ascii(char c) {
  return c >= 0x20 && c < 0x7F;
}

}  // namespace

std::string to_string(const Reply& reply) {
  return fmt::format("{} {} {}", reply.code, reply.enhanced, reply.text);
}

base::Status check_help_url(std::string_view url) {
  constexpr std::size_t room = max_reply_text - max_own_text - 1;
  if (url.size() > room) {
    return base::Error{base::Errc::range,
                       fmt::format("help-url has {} bytes, at most {} fit into a reply: use a shorter one",
                                   url.size(), room),
                       "help-url"};
  }
  if (!std::all_of(url.begin(), url.end(), [](char c) { return is_printable_ascii(c) && c != ' '; })) {
    return base::Error{base::Errc::parse,
                       "help-url may hold printable ASCII without blanks only: percent-encode the rest",
                       "help-url"};
  }
  return base::Done{};
}

std::string reply_text(std::string_view text, std::string_view help_url) {
  std::string out = help_url.empty() ? std::string(text) : fmt::format("{} {}", text, help_url);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return !is_printable_ascii(c); }, '?');
  if (out.size() > max_reply_text) out.resize(max_reply_text);
  return out;
}

std::string doubled_percent(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(c == '%' ? 2 : 1, c);
  return out;
}

}  // namespace tlsward::policy
