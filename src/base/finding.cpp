#include "base/finding.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace tlsward::base {

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
