#include "conf/value.h"

#include <fmt/format.h>

#include <algorithm>
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

[[noreturn]] void refuse(const std::string& value, std::string_view is_no, std::string hint) {
  throw Refused({fmt::format("\"{}\" is no {}", base::printable(value, 80), is_no), std::move(hint)});
}

/// What one of a few words stands for.
template <class T, std::size_t n>
T one_of(const std::array<std::pair<std::string_view, T>, n>& words, const std::string& text,
         std::string_view is_no, std::string hint) {
  for (const auto& [word, value] : words) {
    if (word == text) return value;
  }
  refuse(text, is_no, std::move(hint));
}

bool judge_yes_no(const std::string& text) {
  constexpr std::array<std::pair<std::string_view, bool>, 2> words{{{"yes", true}, {"no", false}}};
  return one_of(words, text, "answer here", "write yes or no");
}

std::chrono::seconds judge_seconds(const std::string& text) {
  const auto parsed = parse_seconds(text);
  if (!parsed)
    refuse(text, "length of time",
           "write seconds, or a number with s, m or h behind it, at most a day: 25, 25s, 2m");
  return *parsed;
}

base::LogLevel judge_log_level(const std::string& text) {
  using base::LogLevel;
  constexpr std::array<std::pair<std::string_view, LogLevel>, 4> words{{{"error", LogLevel::error},
                                                                        {"warning", LogLevel::warning},
                                                                        {"info", LogLevel::info},
                                                                        {"debug", LogLevel::debug}}};
  return one_of(words, text, "log level", "write error, warning, info or debug");
}

Mta judge_mta(const std::string& text) {
  constexpr std::array<std::pair<std::string_view, Mta>, 4> words{{{"auto", Mta::automatic},
                                                                   {"postfix", Mta::postfix},
                                                                   {"sendmail", Mta::sendmail},
                                                                   {"none", Mta::none}}};
  return one_of(words, text, "mail server that tlsward knows", "write auto, postfix, sendmail or none");
}

const std::string& judge_help_url(const std::string& text) {
  if (text.empty()) return text;
  const base::Status status = policy::check_help_url(text);
  if (!status) throw Refused({status.error().text, "name a short page, as in https://mail.example.com/tls"});
  return text;
}

const std::string& judge_log_target(const std::string& text) {
  // A bare word that is none of the four is a misspelling far more often than a file of that name.
  if (text != "auto" && text != "journal" && text != "syslog" && text != "stderr" && !text.starts_with('/')) {
    refuse(text, "place for a log", "write journal, syslog, stderr, auto, or a file's absolute path");
  }
  return text;
}

/// Names with commas or blanks between. What a name may be is for those to judge who compare it.
std::vector<std::string> judge_host_names(const std::string& text) {
  std::vector<std::string> out;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of(", \t"), rest.size());
    if (end > 253) refuse(std::string(rest.substr(0, end)), "host name", "a name has at most 253 characters");
    if (end > 0) out.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

const std::string& judge_text(const std::string& text) {
  return text;
}

/// One key's value for Boost: judged, and put into the configuration, or refused.
template <class T, class Judge>
class Value final : public po::value_semantic {
 public:
  Value(T& member, Judge judge) : member_(member), judge_(judge) {}

  [[nodiscard]] std::string name() const override { return "VALUE"; }
  [[nodiscard]] unsigned min_tokens() const override { return 1; }
  [[nodiscard]] unsigned max_tokens() const override { return 1; }
  [[nodiscard]] bool is_composing() const override { return false; }
  [[nodiscard]] bool is_required() const override { return false; }
  void parse(boost::any& out, const std::vector<std::string>& words, bool /*utf8*/) const override {
    member_ = judge_(words.front());
    out = words.front();
  }
  bool apply_default(boost::any& /*out*/) const override { return false; }
  void notify(const boost::any& /*value*/) const override {}

 private:
  T& member_;
  Judge judge_;
};

/// A description owns its semantics: Boost takes them as bare pointers.
template <class T, class Judge>
const po::value_semantic* into(T& member, Judge judge) {
  return new Value<T, Judge>(member, judge);
}

/// Every key that has an effect, with the member it goes to.
po::options_description description_of(Config& config) {
  po::options_description all;
  auto add = all.add_options();
  add("socket", into(config.socket, judge_text));
  add("socket-group", into(config.socket_group, judge_text));
  add("user", into(config.user, judge_text));
  add("pid-file", into(config.pid_file, judge_text));
  add("drain-time", into(config.drain_time, judge_seconds));
  add("access", into(config.access, judge_text));
  add("enforce", into(config.enforce, judge_yes_no));
  add("allow-default-required", into(config.allow_default_required, judge_yes_no));
  add("allow-default-deny", into(config.allow_default_deny, judge_yes_no));
  add("exempt-authenticated", into(config.exempt_authenticated, judge_yes_no));
  add("help-url", into(config.help_url, judge_help_url));
  add("log", into(config.log, judge_log_target));
  add("log-level", into(config.log_level, judge_log_level));
  add("mta", into(config.mta, judge_mta));
  add("state-dir", into(config.state_dir, judge_text));
  add("mta-config-dir", into(config.mta_config_dir, judge_text));
  add("hostname", into(config.hostnames, judge_host_names));
  add("store", into(config.store, judge_text));
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
  parsed.options.emplace_back(std::string(option.key), std::vector<std::string>{value});
  try {
    po::variables_map map;
    po::store(parsed, map);
  } catch (const Refused& refused) {
    return refused.fault();
  } catch (const po::error& e) {
    return ValueFault{e.what(), {}};
  }
  return std::nullopt;
}

}  // namespace tlsward::conf
