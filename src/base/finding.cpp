#include "base/finding.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "base/text.h"

namespace tlsward::base {
namespace {

/// So much of a line is shown on either side of the column.
constexpr std::size_t window = 100;

constexpr bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

}  // namespace

void show_line(Finding& finding, std::string_view text) {
  const std::size_t at = std::min<std::size_t>(finding.column - 1, text.size());
  std::size_t begin = at > window ? at - window : 0;
  while (begin > 0 && begin < at && !starts_character(text[begin])) ++begin;
  std::size_t end = std::min(text.size(), at + window);
  while (end < text.size() && end > at && !starts_character(text[end])) --end;
  const auto shown = [&](std::size_t from, std::size_t to) {
    std::string part(text.substr(from, to - from));
    std::replace(part.begin(), part.end(), '\t', ' ');  // so that the caret stands where it should
    return visible(part);
  };
  const std::string before = (begin > 0 ? "..." : "") + shown(begin, at);
  finding.excerpt = before + shown(at, end) + (end < text.size() ? "..." : "");
  finding.caret =
      static_cast<std::uint32_t>(std::count_if(before.begin(), before.end(), starts_character)) + 1;
}

bool has_at_least(const Findings& findings, Severity severity) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& f) { return f.severity >= severity; });
}

void sort_findings(Findings& findings, const std::vector<std::string>& file_order) {
  std::unordered_map<std::string_view, std::size_t> rank;
  for (std::size_t i = 0; i < file_order.size(); ++i) rank.emplace(file_order[i], i);
  const auto rank_of = [&](const Finding& f) {
    const auto it = rank.find(f.file);
    return it == rank.end() ? file_order.size() : it->second;
  };
  std::stable_sort(findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) {
    return std::tuple(rank_of(a), a.line, a.column, b.severity) <
           std::tuple(rank_of(b), b.line, b.column, a.severity);
  });
}

}  // namespace tlsward::base
