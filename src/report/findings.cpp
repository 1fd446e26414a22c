#include "report/findings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string_view>

#include "base/text.h"

namespace tlsward::report {
namespace {

using base::Finding;
using base::Severity;

constexpr std::string_view reset = "\x1B[0m";

std::string_view colour_of(Severity severity) {
  switch (severity) {
    case Severity::info: return "\x1B[36m";
    case Severity::warning: return "\x1B[33m";
    case Severity::error: return "\x1B[1;31m";
  }
  return reset;
}

void append_place(std::string& out, const Finding& finding) {
  // A file's name comes from outside: an include pattern may find one with control characters in it.
  if (!finding.file.empty()) out += base::printable(finding.file, 4096) + ":";
  if (finding.line != 0) fmt::format_to(std::back_inserter(out), "{}:", finding.line);
  if (finding.line != 0 && finding.column != 0)
    fmt::format_to(std::back_inserter(out), "{}:", finding.column);
  if (!out.empty() && out.back() == ':') out += ' ';
}

void append_text(std::string& out, const Finding& finding, bool colour) {
  std::string place;
  append_place(place, finding);
  out += place;
  if (colour) out += colour_of(finding.severity);
  out += base::severity_name(finding.severity);
  if (colour) out += reset;
  fmt::format_to(std::back_inserter(out), ": {} [{}]\n", finding.text, finding.check);
  if (!finding.excerpt.empty()) {
    fmt::format_to(std::back_inserter(out), "    {}\n", finding.excerpt);
    if (finding.caret != 0) {
      out.append(4 + finding.caret - 1, ' ');
      if (colour) out += colour_of(finding.severity);
      out += '^';
      if (colour) out += reset;
      out += '\n';
    }
  }
  if (!finding.hint.empty()) fmt::format_to(std::back_inserter(out), "  hint: {}\n", finding.hint);
}

}  // namespace

std::string render_findings_text(const base::Findings& findings, bool colour) {
  std::string out;
  for (const Finding& finding : findings) append_text(out, finding, colour);
  return out;
}

void append_finding_json(std::string& out, const Finding& finding) {
  fmt::format_to(std::back_inserter(out), R"({{"severity":"{}","check":)",
                 base::severity_name(finding.severity));
  base::append_json_string(out, finding.check);
  out += ",\"file\":";
  base::append_json_string(out, finding.file);
  fmt::format_to(std::back_inserter(out), R"(,"line":{},"column":{},"text":)", finding.line, finding.column);
  base::append_json_string(out, finding.text);
  out += ",\"hint\":";
  base::append_json_string(out, finding.hint);
  out += '}';
}

void append_findings_json(std::string& out, const base::Findings& findings) {
  out += '[';
  for (const Finding& finding : findings) {
    if (&finding != &findings.front()) out += ',';
    append_finding_json(out, finding);
  }
  out += ']';
}

std::string count_findings(const base::Findings& findings) {
  std::string out;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::info}) {
    const auto n = std::count_if(findings.begin(), findings.end(),
                                 [&](const Finding& f) { return f.severity == severity; });
    if (n == 0) continue;
    const std::string_view noun = severity == Severity::info ? "remark" : base::severity_name(severity);
    fmt::format_to(std::back_inserter(out), "{}{} {}{}", out.empty() ? "" : ", ", n, noun, n == 1 ? "" : "s");
  }
  return out.empty() ? "no findings" : out;
}

bool wants_colour(int fd) {
  const char* const no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* const term = std::getenv("TERM");
  if (term == nullptr || std::string_view(term) == "dumb") return false;
  return ::isatty(fd) == 1;
}

}  // namespace tlsward::report
