#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/text.h"
#include "policy/convert_parts.h"

namespace tlsward::policy {
namespace {

using base::equals_ignoring_case;
using net::Prefix;

bool is_all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), base::is_digit);
}

/// "450", "554": the code that an access(5) result begins with to refuse.
bool is_refusal_code(std::string_view word) {
  return word.size() == 3 && is_all_digits(word) && (word[0] == '4' || word[0] == '5');
}

/// EHLO keywords as smtpd_discard_ehlo_keywords takes them.
bool is_ehlo_keyword(std::string_view word) {
  constexpr std::array<std::string_view, 16> keywords{
      "8bitmime", "auth",     "chunking", "dsn",        "enhancedstatuscodes",
      "etrn",     "expn",     "help",     "pipelining", "silent-discard",
      "size",     "smtputf8", "starttls", "vrfy",       "xclient",
      "xforward"};
  return std::any_of(keywords.begin(), keywords.end(),
                     [&](std::string_view k) { return equals_ignoring_case(k, word); });
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find_first_of(" \t,", at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

struct PrefixHash {
  std::size_t operator()(const Prefix& p) const {
    return static_cast<std::size_t>((p.first.high * 0x9E3779B97F4A7C15ULL) ^
                                    (p.first.low * 0xC2B2AE3D27D4EB4FULL) ^ p.bits ^
                                    (static_cast<std::uint64_t>(p.first.family) << 63U));
  }
};

/// The networks of the lines so far, to find the line that decides before another.
class EarlierNetworks {
 public:
  /// The line of an earlier network that covers this one, else 0; then this one is remembered.
  std::uint32_t covering_or_add(const Prefix& prefix, std::uint32_t line) {
    auto& lengths = lengths_[static_cast<std::size_t>(prefix.first.family)];
    for (unsigned bits = 0; bits <= prefix.bits; ++bits) {
      if (!lengths[bits]) continue;
      const auto it = lines_.find(Prefix{prefix.first.masked(bits), static_cast<std::uint8_t>(bits)});
      if (it != lines_.end()) return it->second;
    }
    lengths.set(prefix.bits);
    lines_.emplace(prefix, line);
    return 0;
  }

 private:
  std::unordered_map<Prefix, std::uint32_t, PrefixHash> lines_;
  std::array<std::bitset<129>, 2> lengths_;
};

/// Of two networks the part they share: the longer one, or nothing.
std::optional<Prefix> shared(const Prefix& a, const Prefix& b) {
  if (a.bits <= b.bits && a.contains(b.first)) return b;
  if (b.bits < a.bits && b.contains(a.first)) return a;
  return std::nullopt;
}

/// Reads cidr_table(5): the first line that matches decides. Once lines that an earlier one covers are gone,
/// of two that match the earlier is the longer, so the longest prefix decides alike and the order may be
/// lost.
class CidrImport {
 public:
  CidrImport(ConvertLog& log, std::string& out) : log_(log), out_(out) {}

  void take(std::string_view line, std::uint32_t number) {
    const std::string_view content = base::trim(line);
    if (content.empty()) return;
    if (content.starts_with('#')) {
      comments_.emplace_back(line);
      return;
    }
    // A line that begins with a blank goes on with the one before it.
    if (base::is_blank(line.front()) && !logical_.empty()) {
      logical_ += line;
      return;
    }
    flush();
    logical_ = line;
    number_ = number;
  }

  void finish() {
    flush();
    if (blocks_.empty()) return;
    log_.at(number_, {});
    log_.add(ConvertCheck::bad_line, {}, "an \"if\" has no \"endif\"", "Postfix says so too; add it");
  }

 private:
  /// What an enclosing `if` leaves of the addresses.
  struct Block {
    std::optional<Prefix> within;  ///< nothing: not to be said, so its lines are left out
    bool is_everything = false;
  };

  void flush() {
    if (!logical_.empty()) {
      log_.at(number_, logical_);
      take_logical(logical_);
      logical_.clear();
    }
    for (const std::string& comment : comments_) append_comment(out_, comment);
    comments_.clear();
  }

  void take_logical(std::string_view line) {
    if (base::is_blank(line.front()))
      return log_.add(ConvertCheck::bad_line, line, "the line begins with a blank and goes on with none",
                      "remove the blank");
    std::string_view rest = line;
    const std::string_view first = take_word(rest);
    if (equals_ignoring_case(first, "endif")) {
      if (blocks_.empty()) return log_.add(ConvertCheck::bad_line, first, "an \"endif\" has no \"if\"");
      blocks_.pop_back();
      return;
    }
    if (equals_ignoring_case(first, "if")) return open_block(base::trim(rest));
    if (first.starts_with('!')) {
      return log_.add(ConvertCheck::cannot_say, first,
                      "a rule for all but one network cannot be said: it is left out, and the lines behind "
                      "it decide alone",
                      "write a rule for the rest, default for one, and one for the network itself");
    }
    take_rule(first, base::trim(rest));
  }

  void open_block(std::string_view pattern) {
    const Block outer = blocks_.empty() ? Block{std::nullopt, true} : blocks_.back();
    Block block;
    if (pattern.starts_with('!')) {
      log_.add(ConvertCheck::cannot_say, pattern,
               "a block for all but one network cannot be said: its lines are left out",
               "write the networks that you mean one by one");
    } else if (const auto prefix = read_pattern(pattern)) {
      block.within = outer.is_everything ? *prefix
                     : outer.within      ? shared(*outer.within, *prefix)
                                         : std::nullopt;
      log_.add(ConvertCheck::taken_as, pattern,
               "the lines up to \"endif\" are taken for this network's part of theirs");
    }
    blocks_.push_back(block);
  }

  void take_rule(std::string_view pattern, std::string_view result) {
    auto prefix = read_pattern(pattern);
    if (!prefix) return;
    if (result.empty())
      return log_.add(ConvertCheck::bad_line, pattern,
                      "the network has no result: Postfix skips the line, and it is left out");
    if (!blocks_.empty()) {
      if (blocks_.back().within) prefix = shared(*blocks_.back().within, *prefix);
      if (!blocks_.back().within || !prefix)
        return log_.add(ConvertCheck::shadowed, pattern,
                        "no address of this network comes to this line: it is left out");
    }
    if (const std::uint32_t earlier = earlier_.covering_or_add(*prefix, number_); earlier != 0) {
      return log_.add(ConvertCheck::shadowed, pattern,
                      fmt::format("line {} decides before this one for every address of {}: it is left out",
                                  earlier, network_text(*prefix)));
    }
    append_rule(out_, network_text(*prefix), terms_of(result));
  }

  /// A network as cidr_table(5) has them; else a finding.
  std::optional<Prefix> read_pattern(std::string_view pattern) {
    std::string plain(pattern);
    // [address/length] and [address]/length are the address without the brackets.
    plain.erase(std::remove_if(plain.begin(), plain.end(), [](char c) { return c == '[' || c == ']'; }),
                plain.end());
    const std::size_t slash = plain.find('/');
    const auto address = net::Address::parse(plain.substr(0, slash));
    const unsigned width = address ? net::width_of(address->family) : 0;
    const auto bits = slash == std::string::npos
                          ? std::optional<std::uint64_t>(width)
                          : base::parse_decimal(std::string_view(plain).substr(slash + 1), width);
    const bool is_mapped =
        address && address->family == net::Family::v4 && plain.find(':') != std::string::npos;
    if (!address || !bits || is_mapped) {
      log_.add(ConvertCheck::bad_line, pattern,
               fmt::format("\"{}\" is no network as Postfix takes them: the line is left out",
                           base::printable(pattern, 80)),
               "cidr tables take an address, or address/length");
      return std::nullopt;
    }
    const Prefix prefix{address->masked(static_cast<unsigned>(*bits)), static_cast<std::uint8_t>(*bits)};
    if (prefix.first != *address) {
      log_.add(
          ConvertCheck::host_bits, pattern,
          fmt::format("\"{}\" has bits set behind its length: Postfix skips the line, and it is left out",
                      base::printable(pattern, 80)),
          fmt::format("if the whole network is meant, write {}", network_text(prefix)));
      return std::nullopt;
    }
    return prefix;
  }

  Terms terms_of(std::string_view result) {
    Terms terms;
    std::string_view text = result;
    const std::string_view first = take_word(text);
    text = base::trim(text);
    if (equals_ignoring_case(first, "reject") || (is_refusal_code(first) && !text.empty()) ||
        equals_ignoring_case(first, "defer")) {
      terms.mode = Mode::deny;
      terms.tempfail = first[0] == '4' || equals_ignoring_case(first, "defer");
      keep_reply(terms, text);
      return terms;
    }
    const std::vector<std::string_view> words = words_of(result);
    if (words.empty()) return unsayable(result);
    if (is_all_digits(result) || (words.size() == 1 && (equals_ignoring_case(words[0], "ok") ||
                                                        equals_ignoring_case(words[0], "permit")))) {
      terms.mode = Mode::exempt;
      return terms;
    }
    if (words.size() == 1 && equals_ignoring_case(words[0], "dunno")) return terms;
    if (std::all_of(words.begin(), words.end(), is_ehlo_keyword)) return from_keywords(words);
    return from_restrictions(words, result);
  }

  void keep_reply(Terms& terms, std::string_view text) {
    if (text.empty()) return;
    terms.note = text;
    log_.add(ConvertCheck::taken_as, text, "the reply's text is kept as a note: clients are told ours");
  }

  Terms from_keywords(const std::vector<std::string_view>& words) {
    Terms terms;
    for (const std::string_view word : words) {
      if (equals_ignoring_case(word, "starttls")) {
        terms.mode = Mode::none;
      } else if (!equals_ignoring_case(word, "silent-discard")) {
        log_.add(ConvertCheck::cannot_say, word,
                 fmt::format("the EHLO keyword {} is no matter of TLS: it is left out", word),
                 "leave it to Postfix's own map");
      }
    }
    return terms;
  }

  /// A list of restrictions, of which we can say only the first.
  Terms from_restrictions(const std::vector<std::string_view>& words, std::string_view result) {
    Terms terms;
    std::size_t used = 0;
    if (equals_ignoring_case(words[0], "warn_if_reject")) {
      terms.report = true;
      used = 1;
    }
    if (used == words.size() || !equals_ignoring_case(words[used], "reject_plaintext_session"))
      return unsayable(result);
    terms.mode = Mode::required;
    for (++used; used < words.size(); ++used) {
      const std::string_view word = words[used];
      if (equals_ignoring_case(word, "permit") || equals_ignoring_case(word, "ok") ||
          equals_ignoring_case(word, "dunno"))
        continue;
      log_.add(ConvertCheck::cannot_say, word,
               fmt::format("\"{}\" is no matter of TLS: it is left out", base::printable(word, 60)),
               "leave it to a restriction of Postfix");
    }
    return terms;
  }

  /// The line stays, so that the network goes on being apart from the one around it.
  Terms unsayable(std::string_view result) {
    log_.add(ConvertCheck::cannot_say, result,
             fmt::format("\"{}\" is no matter of TLS: the network is taken as available",
                         base::printable(result, 60)),
             "leave it to a restriction of Postfix");
    return Terms{};
  }

  ConvertLog& log_;
  std::string& out_;
  std::string logical_;
  std::uint32_t number_ = 0;
  std::vector<std::string> comments_;
  std::vector<Block> blocks_;
  EarlierNetworks earlier_;
};

}  // namespace

void import_postfix_cidr(std::string_view text, ConvertLog& log, std::string& out) {
  CidrImport import(log, out);
  for_each_line(text, log, [&](std::string_view line, std::uint32_t number) { import.take(line, number); });
  import.finish();
}

}  // namespace tlsward::policy
