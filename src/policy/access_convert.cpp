#include "policy/access_convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "base/text.h"
#include "policy/access_line.h"
#include "policy/convert_parts.h"

namespace tlsward::policy {
namespace {

/// A value that a condition takes back as it is.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : base::visible(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// The network, and where there is one the mode, of a plain line.
class PlainImport {
 public:
  PlainImport(Mode mode, ConvertLog& log, std::string& out) : mode_(mode), log_(log), out_(out) {}

  void take(std::string_view line, std::uint32_t number) {
    if (base::trim(line).starts_with('#')) return append_comment(out_, line);
    std::string_view rest = line;
    const std::string_view word = take_word(rest);
    if (word.empty()) return;
    auto parsed = net::parse_network(word);
    if (const auto* const error = std::get_if<net::SpellingError>(&parsed)) {
      return log_.add(ConvertCheck::bad_line, word.substr(error->offset),
                      fmt::format("\"{}\" is no network", base::printable(word, 80)), error->hint);
    }
    const auto& network = std::get<net::Network>(parsed);
    Terms terms;
    terms.mode = mode_of_line(rest);
    if (network.had_host_bits) {
      log_.add(ConvertCheck::taken_as, word,
               fmt::format("\"{}\" has bits set behind its mask: taken as {}", base::printable(word, 80),
                           network_text(network.prefixes.front())));
    }
    for (const net::Prefix& prefix : network.prefixes) add(prefix, terms, number, word);
  }

 private:
  Mode mode_of_line(std::string_view rest) {
    const std::string_view word = take_word(rest);
    if (word.empty() || word.starts_with('#')) return mode_;
    const auto mode = parse_mode(word);
    const std::string_view more = mode ? take_word(rest) : word;
    if (!more.empty() && !more.starts_with('#')) {
      log_.add(ConvertCheck::cannot_say, more,
               fmt::format("\"{}\" behind the network is left out", base::printable(more, 80)),
               "a plain line is a network, and a mode if you like; # starts a comment");
    }
    return mode.value_or(mode_);
  }

  void add(const net::Prefix& prefix, const Terms& terms, std::uint32_t number, std::string_view word) {
    const std::string network = network_text(prefix);
    const auto [it, is_new] = seen_.emplace(network, Seen{terms.mode, number});
    if (is_new) return append_rule(out_, network, terms);
    const bool same = it->second.mode == terms.mode;
    log_.add(same ? ConvertCheck::shadowed : ConvertCheck::conflict, word,
             fmt::format("{} stands on line {} already", network, it->second.line),
             same ? "" : "keep the line that you mean");
  }

  struct Seen {
    Mode mode;
    std::uint32_t line;
  };
  Mode mode_;
  ConvertLog& log_;
  std::string& out_;
  std::unordered_map<std::string, Seen> seen_;
};

bool has_rule(std::string_view text) {
  while (!text.empty()) {
    if (text.front() != '#' && text.front() != '\n') return true;
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  }
  return false;
}

}  // namespace

std::optional<ListForm> parse_list_form(std::string_view text) {
  if (text == "postfix-cidr") return ListForm::postfix_cidr;
  if (text == "sendmail-access") return ListForm::sendmail_access;
  if (text == "plain") return ListForm::plain;
  return std::nullopt;
}

Converted import_list(ListForm from, std::string_view text, const std::string& name, Mode plain_mode) {
  Converted out;
  ConvertLog log(name);
  switch (from) {
    case ListForm::postfix_cidr: import_postfix_cidr(text, log, out.text); break;
    case ListForm::sendmail_access: import_sendmail_access(text, log, out.text); break;
    case ListForm::plain: import_plain(text, plain_mode, log, out.text); break;
  }
  if (!has_rule(out.text))
    log.add_on_file(ConvertCheck::no_rules, "no rule came out of this list",
                    "is it of the form that you named?");
  out.findings = log.finish();
  base::sort_findings(out.findings, {name});
  return out;
}

void import_plain(std::string_view text, Mode mode, ConvertLog& log, std::string& out) {
  PlainImport import(mode, log, out);
  for_each_line(text, log, [&](std::string_view line, std::uint32_t number) { import.take(line, number); });
}

bool line_is_text(std::string_view line, std::uint32_t number, ConvertLog& log) {
  const auto refuse = [&](std::size_t offset, std::string_view what) {
    log.at(number, line);
    log.add(ConvertCheck::not_text, line.substr(offset), fmt::format("the line {}: it is left out", what));
    return false;
  };
  if (line.size() > max_line_bytes)
    return refuse(max_line_bytes, fmt::format("has more than {} bytes", max_line_bytes));
  const auto is_control = [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7F; };
  const auto* const control = std::find_if(line.begin(), line.end(), is_control);
  if (control != line.end())
    return refuse(static_cast<std::size_t>(control - line.begin()), "holds a control character");
  if (const std::size_t bad = base::first_bad_utf8(line); bad != std::string_view::npos)
    return refuse(bad, "is not UTF-8 text");
  return true;
}

std::string_view take_word(std::string_view& rest) {
  std::size_t begin = 0;
  while (begin < rest.size() && base::is_blank(rest[begin])) ++begin;
  std::size_t end = begin;
  while (end < rest.size() && !base::is_blank(rest[end])) ++end;
  const std::string_view word = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return word;
}

std::string network_text(const net::Prefix& prefix) {
  return prefix.bits == net::width_of(prefix.first.family) ? net::to_string(prefix.first)
                                                           : net::to_string(prefix);
}

std::string terms_text(const Terms& terms) {
  std::string out(mode_name(terms.mode));
  const auto add = [&out](std::string_view word) {
    out += ' ';
    out += word;
  };
  if (terms.min_protocol) add("min-protocol=" + to_string(*terms.min_protocol));
  if (terms.min_bits) add(fmt::format("min-bits={}", *terms.min_bits));
  if (terms.verified && terms.subject.empty() && terms.issuer.empty()) add("verified");
  if (!terms.subject.empty()) add("subject=" + quoted(terms.subject));
  if (!terms.issuer.empty()) add("issuer=" + quoted(terms.issuer));
  if (terms.report) add("report");
  if (terms.tempfail) add("reply-with=tempfail");
  if (!terms.note.empty()) add("note=" + quoted(terms.note));
  return out;
}

void append_rule(std::string& out, std::string_view network, const Terms& terms) {
  fmt::format_to(std::back_inserter(out), "{:<28} {}\n", network, terms_text(terms));
}

void append_comment(std::string& out, std::string_view line) {
  fmt::format_to(std::back_inserter(out), "{}\n", base::visible(base::trim(line).substr(0, 1000)));
}

}  // namespace tlsward::policy
