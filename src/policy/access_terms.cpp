#include "policy/access_terms.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "base/clock.h"
#include "base/text.h"

namespace tlsward::policy {
namespace {

using base::is_blank;
using base::printable;

enum class Condition : std::uint8_t {
  min_protocol,
  min_bits,
  verified,
  subject,
  issuer,
  report,
  from,
  until,
  reply_with,
  owner,
  note
};

struct ConditionInfo {
  Condition condition;
  std::string_view name;
  bool takes_value;
  bool only_required;  ///< goes with mode required only
};

constexpr std::array conditions{
    ConditionInfo{Condition::min_protocol, "min-protocol", true, true},
    ConditionInfo{Condition::min_bits, "min-bits", true, true},
    ConditionInfo{Condition::verified, "verified", false, true},
    ConditionInfo{Condition::subject, "subject", true, true},
    ConditionInfo{Condition::issuer, "issuer", true, true},
    ConditionInfo{Condition::report, "report", false, false},
    ConditionInfo{Condition::from, "from", true, false},
    ConditionInfo{Condition::until, "until", true, false},
    ConditionInfo{Condition::reply_with, "reply-with", true, false},
    ConditionInfo{Condition::owner, "owner", true, false},
    ConditionInfo{Condition::note, "note", true, false},
};

constexpr std::string_view known_conditions =
    "conditions are min-protocol= min-bits= verified subject= issuer= report from= until= reply-with= owner= "
    "note=";

const ConditionInfo* find_condition(std::string_view name) {
  for (const ConditionInfo& info : conditions) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

/// Reads words one after the other; a value may be quoted and then hold blanks, \" and \\.
class TermsParser {
 public:
  TermsParser(std::string_view text, Subject subject, const Place& place, std::uint32_t subject_column,
              Seconds now, FindingLog& log)
      : text_(text),
        subject_(subject),
        place_(place),
        subject_column_(subject_column),
        now_(now),
        log_(log) {}

  std::optional<Terms> parse() {
    skip_blanks();
    if (at_ == text_.size()) {
      add(Check::missing_mode, 0, "a mode is missing behind the network",
          "write required, available, none, deny or exempt");
      return std::nullopt;
    }
    parse_mode_word();
    for (skip_blanks(); at_ < text_.size(); skip_blanks()) parse_condition();
    if (!broken_) check_whole();
    if (broken_) return std::nullopt;
    return std::move(terms_);
  }

 private:
  struct Value {
    std::string text;
    std::size_t at = 0;  ///< its first byte
  };

  void add(Check check, std::size_t at, std::string text, std::string hint) {
    Place place = place_;
    place.column += static_cast<std::uint32_t>(at);
    if (info_of(check).severity == base::Severity::error) broken_ = true;
    log_.add(check, place, std::move(text), std::move(hint));
  }
  void add_on_rule(Check check, std::string text, std::string hint) {
    log_.add(check, Place{place_.file, place_.line, subject_column_}, std::move(text), std::move(hint));
    if (info_of(check).severity == base::Severity::error) broken_ = true;
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  void parse_mode_word() {
    const std::size_t start = at_;
    while (at_ < text_.size() && !is_blank(text_[at_])) ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    if (subject_ == Subject::listener) {
      terms_.mode = Mode::exempt;
      terms_.report = word == "report";
      if (word != "exempt" && word != "report") {
        add(Check::listener_mode, start,
            fmt::format("\"{}\" does not go with a listener", printable(word, 40)), "write exempt or report");
      }
      return;
    }
    const auto mode = parse_mode(word);
    if (!mode) {
      add(Check::unknown_mode, start, fmt::format("\"{}\" is no mode", printable(word, 40)),
          find_condition(word.substr(0, word.find('='))) != nullptr
              ? "the mode comes first: required, available, none, deny or exempt"
              : "write required, available, none, deny or exempt");
      return;
    }
    terms_.mode = *mode;
    if (subject_ == Subject::sender && *mode != Mode::required && *mode != Mode::available) {
      add(Check::sender_mode, start, fmt::format("mode {} does not go with a sender", word),
          "write required or available; forged senders are not a matter of TLS");
    }
  }

  void parse_condition() {
    const std::size_t start = at_;
    while (at_ < text_.size() && !is_blank(text_[at_]) && text_[at_] != '=') ++at_;
    const std::string_view name = text_.substr(start, at_ - start);
    std::optional<Value> value;
    if (at_ < text_.size() && text_[at_] == '=') {
      ++at_;
      value = parse_value();
      if (!value) return;
    }
    const ConditionInfo* const info = find_condition(name);
    if (info == nullptr) {
      add(Check::unknown_condition, start, fmt::format("\"{}\" is no condition", printable(name, 40)),
          std::string(known_conditions));
      return;
    }
    if (info->takes_value != value.has_value() || (value && value->text.empty())) {
      add(Check::missing_value, start,
          fmt::format("{} {}", name, info->takes_value ? "needs a value" : "takes no value"),
          info->takes_value ? fmt::format("write {}=VALUE", name) : fmt::format("write {} alone", name));
      return;
    }
    const unsigned bit = 1U << static_cast<unsigned>(info->condition);
    if ((seen_ & bit) != 0) {
      add(Check::doubled_condition, start, fmt::format("{} is given twice", name), "leave one of them out");
      return;
    }
    seen_ |= bit;
    check_fits(*info, start);
    apply(*info, value ? *value : Value{});
  }

  /// The value behind '='; nothing (and a finding) where a quote does not end.
  std::optional<Value> parse_value() {
    Value value{{}, at_};
    if (at_ == text_.size() || text_[at_] != '"') {
      while (at_ < text_.size() && !is_blank(text_[at_])) value.text += text_[at_++];
      return value;
    }
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      value.text += text_[at_];
    }
    if (at_ == text_.size()) {
      add(Check::unclosed_quote, value.at, "the quoted value does not end",
          "close it with \" on the same line");
      return std::nullopt;
    }
    ++at_;
    if (at_ < text_.size() && !is_blank(text_[at_])) {
      add(Check::bad_value, at_, "something follows the quoted value",
          "put a blank behind the closing quote");
      while (at_ < text_.size() && !is_blank(text_[at_])) ++at_;
      return std::nullopt;
    }
    return value;
  }

  void check_fits(const ConditionInfo& info, std::size_t at) {
    const bool fits = info.only_required ? terms_.mode == Mode::required && subject_ != Subject::listener
                      : info.condition == Condition::reply_with
                          ? terms_.can_refuse()
                          : !(info.condition == Condition::report && subject_ == Subject::listener);
    if (fits || broken_) return;
    const bool listener_report = info.condition == Condition::report;
    add(Check::condition_for_mode, at,
        fmt::format("{} does not go with {}", info.name,
                    listener_report ? "a listener's mode" : mode_name(terms_.mode)),
        listener_report ? "write listener:NAME report"
        : info.condition == Condition::reply_with
            ? "only required and deny refuse anything"
            : "only required asks for conditions; write required, or leave it out");
  }

  void apply(const ConditionInfo& info, const Value& value) {
    switch (info.condition) {
      case Condition::min_protocol:
        terms_.min_protocol = parse_min_protocol(value.text);
        if (!terms_.min_protocol) bad(info, value, "write TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3");
        return;
      case Condition::min_bits: {
        const auto bits = base::parse_decimal(value.text, 65535);
        if (!bits || *bits == 0)
          return bad(info, value, "write the bits of the cipher, 1 to 65535, as 128 or 256");
        terms_.min_bits = static_cast<std::uint32_t>(*bits);
        return;
      }
      case Condition::verified: terms_.verified = true; return;
      case Condition::subject: terms_.subject = value.text; return;
      case Condition::issuer: terms_.issuer = value.text; return;
      case Condition::report: terms_.report = true; return;
      case Condition::from:
        if (const auto day = parse_day_value(info, value)) terms_.from = base::local_midnight(*day);
        return;
      case Condition::until:
        terms_.until_day = parse_day_value(info, value);
        if (terms_.until_day) terms_.until_end = base::local_midnight(base::next_day(*terms_.until_day));
        return;
      case Condition::reply_with:
        terms_.tempfail = value.text == "tempfail";
        if (!terms_.tempfail && value.text != "reject")
          bad(info, value, "write reply-with=reject or reply-with=tempfail");
        return;
      case Condition::owner: terms_.owner = value.text; return;
      case Condition::note: terms_.note = value.text; return;
    }
  }

  std::optional<std::chrono::year_month_day> parse_day_value(const ConditionInfo& info, const Value& value) {
    const auto day = base::parse_day(value.text);
    if (day) return *day;
    bad(info, value, day.error().text);
    return std::nullopt;
  }

  void bad(const ConditionInfo& info, const Value& value, std::string hint) {
    add(Check::bad_value, value.at, fmt::format("{} cannot be \"{}\"", info.name, printable(value.text, 60)),
        std::move(hint));
  }

  /// What only the whole rule shows.
  void check_whole() {
    const bool names_somebody = !terms_.subject.empty() || !terms_.issuer.empty();
    if (terms_.verified && !names_somebody) {
      add_on_rule(Check::verified_any,
                  "verified accepts any certificate of any CA that the mail server trusts",
                  "say whose: subject=NAME or issuer=NAME");
    }
    terms_.verified = terms_.verified || names_somebody;
    if (terms_.from && terms_.until_end && *terms_.until_end <= *terms_.from) {
      add_on_rule(Check::until_before_from, "the rule ends before it begins", "put from= before until=");
    }
    if (terms_.report && terms_.from) {
      add_on_rule(Check::from_without_effect, "a report rule is never enforced, so from= does nothing",
                  "leave out report or from=");
    }
    if (terms_.is_gone(now_)) {
      add_on_rule(Check::expired,
                  fmt::format("the rule ended with {}; the network around it decides now",
                              base::render_day(*terms_.until_day)),
                  "remove the line, or give it a later day");
    } else if (terms_.until_end && *terms_.until_end - now_ <= ends_soon_days + std::chrono::days(1)) {
      add_on_rule(Check::ends_soon, fmt::format("the rule ends with {}", base::render_day(*terms_.until_day)),
                  "see who would be refused then, or give it a later day");
    }
  }

  std::string_view text_;
  Subject subject_;
  Place place_;
  std::uint32_t subject_column_;
  Seconds now_;
  FindingLog& log_;
  std::size_t at_ = 0;
  unsigned seen_ = 0;
  bool broken_ = false;
  Terms terms_;
};

}  // namespace

std::optional<Terms> parse_terms(std::string_view text, Subject subject, const Place& place,
                                 std::uint32_t subject_column, Seconds now, FindingLog& log) {
  return TermsParser(text, subject, place, subject_column, now, log).parse();
}

}  // namespace tlsward::policy
