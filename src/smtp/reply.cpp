#include "smtp/reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace tlsward::smtp {
namespace {

constexpr std::size_t code_digits = 3;
constexpr std::size_t max_shown = 400;

/// The code at the start of a line, 0 where there is none. RFC 5321 section 4.2: 2yz to 5yz.
int code_of(std::string_view line) {
  if (line.size() < code_digits) return 0;
  int code = 0;
  for (const char c : line.substr(0, code_digits)) {
    if (!base::is_digit(c)) return 0;
    code = code * 10 + (c - '0');
  }
  return code >= 200 && code <= 599 ? code : 0;
}

}  // namespace

std::string Reply::shown() const {
  std::string out = std::to_string(code);
  for (const std::string& line : lines) {
    if (out.size() > max_shown) break;
    if (!line.empty()) out += " " + line;
  }
  return base::printable(out, max_shown);
}

bool Reply::offers(std::string_view keyword) const {
  return std::any_of(lines.begin() + (lines.empty() ? 0 : 1), lines.end(), [&](std::string_view line) {
    return base::equals_ignoring_case(line.substr(0, line.find(' ')), keyword);
  });
}

ReplyReader::State ReplyReader::take(std::string_view octets) {
  while (state_ == State::incomplete && !octets.empty()) {
    const std::size_t end = octets.find('\n');
    const std::size_t size = end == std::string_view::npos ? octets.size() : end + 1;
    if (line_.size() + size > max_line)
      return fail(fmt::format("the server sent a line of more than {} octets", max_line));
    line_.append(octets.substr(0, size));
    octets.remove_prefix(size);
    if (end != std::string_view::npos) {
      const std::string line = std::exchange(line_, {});
      take_line(std::string_view(line).substr(0, line.find_last_not_of("\r\n") + 1));
    }
  }
  left_over_ += octets.size();
  return state_;
}

ReplyReader::State ReplyReader::take_line(std::string_view line) {
  const int code = code_of(line);
  const char mark = line.size() > code_digits ? line[code_digits] : ' ';
  if (code == 0 || (mark != ' ' && mark != '-'))
    return fail(fmt::format("the server sent \"{}\", which is no SMTP reply", base::printable(line, 80)));
  if (!reply_.lines.empty() && code != reply_.code)
    return fail(fmt::format("the server mixed {} and {} in one reply", reply_.code, code));
  if (reply_.lines.size() == max_lines)
    return fail(fmt::format("the server sent a reply of more than {} lines", max_lines));
  reply_.code = code;
  reply_.lines.emplace_back(line.substr(std::min(line.size(), code_digits + 1)));
  return state_ = mark == '-' ? State::incomplete : State::complete;
}

ReplyReader::State ReplyReader::fail(std::string problem) {
  problem_ = std::move(problem);
  return state_ = State::broken;
}

}  // namespace tlsward::smtp
