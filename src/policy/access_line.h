// Owns one line of an access list: from text to a rule, with everything that is wrong with it.
#ifndef TLSWARD_POLICY_ACCESS_LINE_H
#define TLSWARD_POLICY_ACCESS_LINE_H

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/prefix.h"
#include "policy/finding_log.h"
#include "policy/rule.h"

namespace tlsward::policy {

/// The terms of a list, each text parsed once: a million rules say a handful of different things.
class TermsPool {
 public:
  using Id = std::uint32_t;
  Id add(Terms terms);
  [[nodiscard]] const Terms& operator[](Id id) const { return *all_[id]; }
  [[nodiscard]] const std::vector<std::shared_ptr<const Terms>>& all() const { return all_; }

  /// What a text was parsed to before.
  struct Known {
    Id id = 0;
    bool is_quiet = true;  ///< nothing had to be said about it; else it must be said again for each line
  };
  [[nodiscard]] std::optional<Known> find(std::string_view text);
  void remember(std::string_view text, Known known);

 private:
  std::vector<std::shared_ptr<const Terms>> all_;
  /// Takes views, so that to ask costs no string.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, Known, Hash, std::equal_to<>> by_text_;
  std::string last_text_;
  std::optional<Known> last_;
};

/// One rule as written. The same object is filled again and again.
struct ParsedRule {
  Subject subject = Subject::prefix;
  std::vector<net::Prefix> prefixes;  ///< with Subject::prefix: one, or several for a range
  std::string name;         ///< with Subject::sender the normal domain, with Subject::listener the name
  bool subdomains = false;  ///< sender:.DOMAIN
  TermsPool::Id terms = 0;
  Place place;  ///< of the first word
};

/// What a line turned out to be.
enum class LineKind : std::uint8_t { nothing, rule, include, broken };

/// The longest line of a list, in bytes.
constexpr std::size_t max_line_bytes = 4096;

/// Parses lines. One thread at a time.
class LineParser {
 public:
  /// `now` is for the findings about until= days.
  LineParser(FindingLog& log, TermsPool& pool, Seconds now) : log_(log), pool_(pool), now_(now) {}

  /// Parses `line` (without its end) at `place` (its column is not used). A rule fills `rule`; an include
  /// fills `include_pattern` and rule.place. `broken`: findings have been added.
  LineKind parse(std::string_view line, const Place& place, ParsedRule& rule, std::string& include_pattern);

 private:
  struct Word {
    std::string_view text;
    std::uint32_t column = 0;  ///< from 1
  };

  bool parse_subject(const Word& word, ParsedRule& rule);
  bool parse_network(const Word& word, ParsedRule& rule);
  bool parse_sender(const Word& word, ParsedRule& rule);
  bool parse_listener(const Word& word, ParsedRule& rule);
  LineKind parse_include(std::string_view rest, std::uint32_t column, const Place& place,
                         std::string& pattern);
  /// The mode and the conditions: `rest` begins behind the first word, at `column` of the line.
  std::optional<TermsPool::Id> parse_terms(std::string_view rest, std::uint32_t column,
                                           const ParsedRule& rule);

  FindingLog& log_;
  TermsPool& pool_;
  Seconds now_;
};

}  // namespace tlsward::policy

#endif
