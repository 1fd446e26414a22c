#include "policy/access_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "policy/access_terms.h"
#include "policy/sender.h"

namespace tlsward::policy {
namespace {

using base::is_blank;
using base::printable;

/// The line without its comment: a # begins one at the start or behind a blank, outside of a quoted value.
std::string_view without_comment(std::string_view line) {
  std::size_t hash = line.find('#');
  if (hash == std::string_view::npos) return line;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && quoted) {
      ++i;
    } else if (line[i] == '"' && (quoted || (i > 0 && line[i - 1] == '='))) {
      quoted = !quoted;
    } else if (line[i] == '#' && !quoted && (i == 0 || is_blank(line[i - 1]))) {
      return line.substr(0, i);
    }
  }
  // A quote that does not end: the comment in it is the quote's, and the quote's own finding tells.
  return line;
}

std::string_view without_blanks_behind(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

struct FaultWords {
  Check check;
  std::string_view text;
};

FaultWords words_of(net::SpellingFault fault) {
  using net::SpellingFault;
  switch (fault) {
    case SpellingFault::bad_address: return {Check::bad_address, "is no address, network, range or keyword"};
    case SpellingFault::leading_zero: return {Check::leading_zero, "has an octet with a leading zero"};
    case SpellingFault::zone: return {Check::zone, "carries a zone"};
    case SpellingFault::bad_length: return {Check::bad_length, "has a length that cannot be"};
    case SpellingFault::mask_hole: return {Check::mask_hole, "has a mask with a hole"};
    case SpellingFault::mixed_families: return {Check::mixed_families, "mixes IPv4 and IPv6"};
    case SpellingFault::range_order: return {Check::range_order, "ends below its start"};
    case SpellingFault::junk: return {Check::junk, "has something behind the address"};
  }
  return {Check::bad_address, "is no network"};
}

}  // namespace

TermsPool::Id TermsPool::add(Terms terms) {
  all_.push_back(std::make_shared<const Terms>(std::move(terms)));
  return static_cast<Id>(all_.size() - 1);
}

std::optional<TermsPool::Known> TermsPool::find(std::string_view text) {
  if (last_ && last_text_ == text) return last_;
  const auto it = by_text_.find(text);
  if (it == by_text_.end()) return std::nullopt;
  last_text_ = text;
  last_ = it->second;
  return last_;
}

void TermsPool::remember(std::string_view text, Known known) {
  by_text_.emplace(text, known);
}

LineKind LineParser::parse(std::string_view line, const Place& place, ParsedRule& rule,
                           std::string& include_pattern) {
  const std::string_view text = without_blanks_behind(without_comment(line));
  std::size_t start = 0;
  while (start < text.size() && is_blank(text[start])) ++start;
  if (start == text.size()) return LineKind::nothing;
  std::size_t end = start;
  while (end < text.size() && !is_blank(text[end])) ++end;
  const Word word{text.substr(start, end - start), static_cast<std::uint32_t>(start) + 1};
  rule.place = Place{place.file, place.line, word.column};
  std::size_t behind = end;
  while (behind < text.size() && is_blank(text[behind])) ++behind;
  const std::string_view rest = text.substr(behind);
  const auto rest_column = static_cast<std::uint32_t>(behind) + 1;
  if (word.text == "include") return parse_include(rest, rest_column, place, include_pattern);

  const bool has_subject = parse_subject(word, rule);
  const auto terms = parse_terms(rest, rest_column, rule);
  if (!has_subject || !terms) return LineKind::broken;
  rule.terms = *terms;
  return LineKind::rule;
}

bool LineParser::parse_subject(const Word& word, ParsedRule& rule) {
  rule.subject = Subject::prefix;
  rule.prefixes.clear();
  rule.name.clear();
  rule.subdomains = false;
  if (const auto prefix = net::parse_plain_prefix(word.text)) {
    rule.prefixes.push_back(*prefix);
    return true;
  }
  if (word.text == "default") {
    rule.subject = Subject::everything;
  } else if (word.text == "local") {
    rule.subject = Subject::local;
  } else if (word.text == "unknown") {
    rule.subject = Subject::unknown;
  } else if (word.text.starts_with("sender:")) {
    return parse_sender(word, rule);
  } else if (word.text.starts_with("listener:")) {
    return parse_listener(word, rule);
  } else {
    return parse_network(word, rule);
  }
  return true;
}

bool LineParser::parse_network(const Word& word, ParsedRule& rule) {
  auto parsed = net::parse_network(word.text);
  if (auto* const error = std::get_if<net::SpellingError>(&parsed)) {
    const FaultWords words = words_of(error->fault);
    Place place = rule.place;
    place.column += error->offset;
    log_.add(words.check, place, fmt::format("\"{}\" {}", printable(word.text, 80), words.text),
             std::move(error->hint));
    return false;
  }
  auto& network = std::get<net::Network>(parsed);
  if (network.had_host_bits) {
    log_.add(Check::host_bits, rule.place,
             fmt::format("\"{}\" has bits set behind its mask: taken as {}", printable(word.text, 80),
                         net::to_string(network.prefixes.front())),
             "write the network's own address");
  }
  rule.prefixes = std::move(network.prefixes);
  return true;
}

bool LineParser::parse_sender(const Word& word, ParsedRule& rule) {
  rule.subject = Subject::sender;
  std::string_view domain = word.text.substr(std::string_view("sender:").size());
  rule.subdomains = domain.starts_with('.');
  if (rule.subdomains) domain.remove_prefix(1);
  auto name = normal_domain(domain);
  if (!name) {
    log_.add(Check::bad_domain, rule.place, fmt::format("\"{}\" is no domain name", printable(domain, 80)),
             "write sender:partner.example, or sender:.partner.example for its subdomains");
    return false;
  }
  rule.name = *std::move(name);
  return true;
}

bool LineParser::parse_listener(const Word& word, ParsedRule& rule) {
  rule.subject = Subject::listener;
  const std::string_view name = word.text.substr(std::string_view("listener:").size());
  if (name.empty() || name.size() > 256) {
    log_.add(
        Check::bad_listener, rule.place, "a listener needs a name of 1 to 256 bytes",
        "write the name that the mail server sends as {daemon_name}, as in listener:behind-proxy exempt");
    return false;
  }
  rule.name = name;
  return true;
}

LineKind LineParser::parse_include(std::string_view rest, std::uint32_t column, const Place& place,
                                   std::string& pattern) {
  const bool quoted = rest.size() >= 2 && rest.front() == '"' && rest.back() == '"';
  if (quoted) rest = rest.substr(1, rest.size() - 2);
  const bool several = !quoted && std::any_of(rest.begin(), rest.end(), is_blank);
  if (rest.empty() || several) {
    log_.add(Check::include_pattern, Place{place.file, place.line, column},
             rest.empty() ? "include names no file" : "include names more than one file",
             "write one file or pattern a line, as in include access.d/*.access; put a name with blanks in "
             "quotes");
    return LineKind::broken;
  }
  pattern = rest;
  return LineKind::include;
}

std::optional<TermsPool::Id> LineParser::parse_terms(std::string_view rest, std::uint32_t column,
                                                     const ParsedRule& rule) {
  // A million rules share a few texts. Senders and listeners take other modes, so they are kept out of it.
  const bool may_know = rule.subject != Subject::sender && rule.subject != Subject::listener;
  const auto known = may_know ? pool_.find(rest) : std::nullopt;
  if (known && known->is_quiet) return known->id;
  const std::size_t said = log_.count();
  auto terms = policy::parse_terms(rest, rule.subject, Place{rule.place.file, rule.place.line, column},
                                   rule.place.column, now_, log_);
  if (!terms) return std::nullopt;
  if (known) return known->id;
  const TermsPool::Id id = pool_.add(*std::move(terms));
  if (may_know) pool_.remember(rest, {id, log_.count() == said});
  return id;
}

}  // namespace tlsward::policy
