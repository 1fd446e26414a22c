#include "cert/der_time.h"

#include <algorithm>

#include "base/text.h"
#include "cert/der.h"

namespace tlsward::cert {
namespace {

/// The next `digits` digits as a number; nothing where there are not so many.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (!base::is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

}  // namespace

std::optional<std::chrono::sys_seconds> take_time(std::string_view& in) {
  const auto element = der::take(in);
  if (!element) return std::nullopt;
  const bool is_short = element->tag == der::utc_time;
  if (!is_short && element->tag != der::generalized_time) return std::nullopt;
  std::string_view text = element->content;
  auto year = take_number(text, is_short ? 2 : 4);
  const auto month = take_number(text, 2);
  const auto day = take_number(text, 2);
  const auto hour = take_number(text, 2);
  const auto minute = take_number(text, 2);
  const auto second = take_number(text, 2).value_or(0);
  if (!year || !month || !day || !hour || !minute) return std::nullopt;
  if (!is_short && text.starts_with('.')) {
    text.remove_prefix(1);
    text.remove_prefix(
        static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), base::is_digit) - text.begin()));
  }
  if (text != "Z") return std::nullopt;
  if (is_short) *year += *year < 50 ? 2000 : 1900;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *hour > 23 || *minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{second};
}

}  // namespace tlsward::cert
