#include "conf/value.h"

#include <fmt/format.h>

#include <array>
#include <boost/program_options.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/text.h"
#include "policy/reply.h"

namespace tlsward::conf {
namespace {

namespace po = boost::program_options;

/// Carries a fault out of Boost, whose validators can only throw. It never leaves this file.
class Refused : public std::exception {
 public:
  explicit Refused(ValueFault fault) : fault_(std::move(fault)) {}
  [[nodiscard]] const ValueFault& fault() const { return fault_; }
  [[nodiscard]] const char* what() const noexcept override { return fault_.text.c_str(); }

 private:
  ValueFault fault_;
};

/// A value of one kind. Boost finds the validators below by these types, so each has to be of this namespace.
template <OptionKind kind, class T>
struct Judged {
  T value;
};
using Text = Judged<OptionKind::text, std::string>;
using Path = Judged<OptionKind::path, std::string>;
using HelpUrl = Judged<OptionKind::help_url, std::string>;
using LogTarget = Judged<OptionKind::log_target, std::string>;
using YesNo = Judged<OptionKind::yes_no, bool>;
using Time = Judged<OptionKind::seconds, std::chrono::seconds>;
using Level = Judged<OptionKind::log_level, base::LogLevel>;
using MtaName = Judged<OptionKind::mta, Mta>;

using Values = std::vector<std::string>;

[[noreturn]] void refuse(const std::string& value, std::string_view is_no, std::string hint) {
  throw Refused({fmt::format("\"{}\" is no {}", base::printable(value, 80), is_no), std::move(hint)});
}

void validate(boost::any& out, const Values& values, YesNo* /*type*/, int /*overload*/) {
  const std::string& text = values.front();
  if (text != "yes" && text != "no") refuse(text, "answer here", "write yes or no");
  out = YesNo{text == "yes"};
}

void validate(boost::any& out, const Values& values, Time* /*type*/, int /*overload*/) {
  const auto parsed = parse_seconds(values.front());
  if (!parsed)
    refuse(values.front(), "length of time",
           "write seconds, or a number with s, m or h behind it, at most a day: 25, 25s, 2m");
  out = Time{*parsed};
}

void validate(boost::any& out, const Values& values, Level* /*type*/, int /*overload*/) {
  using base::LogLevel;
  constexpr std::array<std::pair<std::string_view, LogLevel>, 4> levels{{{"error", LogLevel::error},
                                                                         {"warning", LogLevel::warning},
                                                                         {"info", LogLevel::info},
                                                                         {"debug", LogLevel::debug}}};
  for (const auto& [name, level] : levels) {
    if (values.front() == name) {
      out = Level{level};
      return;
    }
  }
  refuse(values.front(), "log level", "write error, warning, info or debug");
}

void validate(boost::any& out, const Values& values, MtaName* /*type*/, int /*overload*/) {
  constexpr std::array<std::pair<std::string_view, Mta>, 4> names{{{"auto", Mta::automatic},
                                                                   {"postfix", Mta::postfix},
                                                                   {"sendmail", Mta::sendmail},
                                                                   {"none", Mta::none}}};
  for (const auto& [name, mta] : names) {
    if (values.front() == name) {
      out = MtaName{mta};
      return;
    }
  }
  refuse(values.front(), "mail server that tlsward knows", "write auto, postfix, sendmail or none");
}

void validate(boost::any& out, const Values& values, Text* /*type*/, int /*overload*/) {
  out = Text{values.front()};
}

void validate(boost::any& out, const Values& values, Path* /*type*/, int /*overload*/) {
  out = Path{values.front()};
}

void validate(boost::any& out, const Values& values, HelpUrl* /*type*/, int /*overload*/) {
  const std::string& text = values.front();
  if (!text.empty()) {
    if (const base::Status status = policy::check_help_url(text); !status)
      throw Refused({status.error().text, "name a short page, as in https://mail.example.com/tls"});
  }
  out = HelpUrl{text};
}

void validate(boost::any& out, const Values& values, LogTarget* /*type*/, int /*overload*/) {
  const std::string& text = values.front();
  // A bare word that is none of the four is a misspelling far more often than a file of that name.
  if (text != "auto" && text != "journal" && text != "syslog" && text != "stderr" && !text.starts_with('/')) {
    refuse(text, "place for a log", "write journal, syslog, stderr, auto, or a file's absolute path");
  }
  out = LogTarget{text};
}

template <class J, class T>
const po::value_semantic* into(T& member) {
  return po::value<J>()->notifier([&member](const J& judged) { member = judged.value; });
}

/// Every key that has an effect, with the member it goes to.
po::options_description description_of(Config& config) {
  po::options_description all;
  auto add = all.add_options();
  add("socket", into<Text>(config.socket));
  add("socket-group", into<Text>(config.socket_group));
  add("user", into<Text>(config.user));
  add("pid-file", into<Path>(config.pid_file));
  add("drain-time", into<Time>(config.drain_time));
  add("access", into<Path>(config.access));
  add("enforce", into<YesNo>(config.enforce));
  add("allow-default-required", into<YesNo>(config.allow_default_required));
  add("allow-default-deny", into<YesNo>(config.allow_default_deny));
  add("exempt-authenticated", into<YesNo>(config.exempt_authenticated));
  add("help-url", into<HelpUrl>(config.help_url));
  add("log", into<LogTarget>(config.log));
  add("log-level", into<Level>(config.log_level));
  add("mta", into<MtaName>(config.mta));
  add("state-dir", into<Path>(config.state_dir));
  return all;
}

}  // namespace

std::optional<std::chrono::seconds> parse_seconds(std::string_view text) {
  constexpr std::uint64_t a_day = 86400;
  if (text.empty()) return std::nullopt;
  std::uint64_t unit = 1;
  switch (text.back()) {
    case 's': unit = 1; break;
    case 'm': unit = 60; break;
    case 'h': unit = 3600; break;
    default: unit = 0; break;
  }
  if (unit != 0) text.remove_suffix(1);
  const auto number = base::parse_decimal(text, a_day);
  if (!number || *number * (unit == 0 ? 1 : unit) > a_day) return std::nullopt;
  return std::chrono::seconds(*number * (unit == 0 ? 1 : unit));
}

std::optional<ValueFault> set_value(Config& config, const OptionInfo& option, const std::string& value) {
  const po::options_description description = description_of(config);
  po::parsed_options parsed(&description);
  parsed.options.emplace_back(std::string(option.key), Values{value});
  try {
    po::variables_map map;
    po::store(parsed, map);
    po::notify(map);
  } catch (const Refused& refused) {
    return refused.fault();
  } catch (const po::error& e) {
    return ValueFault{e.what(), {}};
  }
  return std::nullopt;
}

}  // namespace tlsward::conf
