// Owns dates: what a DATE on a command line or in a list means, and how a time is written.
#ifndef TLSWARD_BASE_CLOCK_H
#define TLSWARD_BASE_CLOCK_H

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tlsward::base {

using Seconds = std::chrono::sys_seconds;

/// A calendar day "YYYY-MM-DD" that exists. Errors: parse, range (the 30th of February).
Result<std::chrono::year_month_day> parse_day(std::string_view text);

/// The first second of that day in local time (TZ), also where the clock skips midnight.
Seconds local_midnight(std::chrono::year_month_day day);

/// The local calendar day of a time.
std::chrono::year_month_day local_day(Seconds time);

/// The day after.
std::chrono::year_month_day next_day(std::chrono::year_month_day day);

/// A DATE: "YYYY-MM-DD" (its local midnight) or RFC 3339 section 5.6 ("2026-11-22T10:00:00Z", "...+01:00";
/// fractions are dropped).
Result<Seconds> parse_date(std::string_view text);

/// RFC 3339 in UTC: "2026-11-22T10:00:00Z".
std::string render_time(Seconds time);

/// "YYYY-MM-DD".
std::string render_day(std::chrono::year_month_day day);

/// Now, to the second. Only the edges ask; decisions take time as an argument.
Seconds now();

}  // namespace tlsward::base

#endif
