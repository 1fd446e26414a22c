#include "base/clock.h"

#include <fmt/format.h>

#include <ctime>

#include "base/text.h"

namespace tlsward::base {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using std::chrono::year_month_day;

/// The number in text[at, at+width), which must be digits only; -1 otherwise.
int digits(std::string_view text, std::size_t at, std::size_t width) {
  if (at + width > text.size()) return -1;
  const auto value = parse_decimal(text.substr(at, width), 9999);
  return value ? static_cast<int>(*value) : -1;
}

Error not_a_date(std::string_view text) {
  return Error{Errc::parse,
               fmt::format("\"{}\" is not a date: write YYYY-MM-DD or RFC 3339, as in 2027-01-31T08:00:00Z",
                           printable(text, 40)),
               {}};
}

/// The offset behind the seconds: "Z" or "+hh:mm", in seconds east of UTC.
Result<std::chrono::seconds> parse_offset(std::string_view rest, std::string_view whole) {
  if (rest == "Z" || rest == "z") return std::chrono::seconds(0);
  const int hours = digits(rest, 1, 2);
  const int minutes = digits(rest, 4, 2);
  if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':' || hours < 0 || hours > 23 ||
      minutes < 0 || minutes > 59) {
    return not_a_date(whole);
  }
  const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return std::chrono::seconds(rest[0] == '-' ? -offset : offset);
}

}  // namespace

Result<year_month_day> parse_day(std::string_view text) {
  const int y = digits(text, 0, 4);
  const int m = digits(text, 5, 2);
  const int d = digits(text, 8, 2);
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || y < 0 || m < 0 || d < 0) {
    return Error{Errc::parse, fmt::format("\"{}\" is not a day: write YYYY-MM-DD", printable(text, 40)), {}};
  }
  const year_month_day out{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  if (!out.ok() || y < 1970) return Error{Errc::range, fmt::format("there is no day {}", text), {}};
  return out;
}

Seconds local_midnight(year_month_day date) {
  std::tm tm{};
  tm.tm_year = static_cast<int>(date.year()) - 1900;
  tm.tm_mon = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  tm.tm_mday = static_cast<int>(static_cast<unsigned>(date.day()));
  tm.tm_isdst = -1;  // let the zone say which it is on that day
  return Seconds(std::chrono::seconds(std::mktime(&tm)));
}

year_month_day local_day(Seconds time) {
  const std::time_t t = time.time_since_epoch().count();
  std::tm tm{};
  ::localtime_r(&t, &tm);
  return {year(tm.tm_year + 1900), month(static_cast<unsigned>(tm.tm_mon + 1)),
          day(static_cast<unsigned>(tm.tm_mday))};
}

year_month_day next_day(year_month_day date) {
  return std::chrono::sys_days(date) + std::chrono::days(1);
}

Result<Seconds> parse_date(std::string_view text) {
  if (text.size() == 10) {
    const auto date = parse_day(text);
    if (!date) return date.error();
    return local_midnight(*date);
  }
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't' && text[10] != ' ')) return not_a_date(text);
  const auto date = parse_day(text.substr(0, 10));
  if (!date) return date.error();
  const int hours = digits(text, 11, 2);
  const int minutes = digits(text, 14, 2);
  const int seconds = digits(text, 17, 2);  // 60 is a leap second, taken as the next minute's first
  if (text[13] != ':' || text[16] != ':' || hours < 0 || hours > 23 || minutes < 0 || minutes > 59 ||
      seconds < 0 || seconds > 60) {
    return not_a_date(text);
  }
  std::string_view rest = text.substr(19);
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    if (rest.empty() || !is_digit(rest.front())) return not_a_date(text);
    while (!rest.empty() && is_digit(rest.front())) rest.remove_prefix(1);
  }
  const auto offset = parse_offset(rest, text);
  if (!offset) return offset.error();
  return Seconds(std::chrono::sys_days(*date)) + std::chrono::hours(hours) + std::chrono::minutes(minutes) +
         std::chrono::seconds(seconds) - *offset;
}

std::string render_time(Seconds time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock(time - days);
  return fmt::format("{}T{:02}:{:02}:{:02}Z", render_day(days), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

std::string render_day(year_month_day date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

Seconds now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace tlsward::base
