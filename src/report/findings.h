// Owns how findings are told: as text for people, as JSON for programs.
#ifndef TLSWARD_REPORT_FINDINGS_H
#define TLSWARD_REPORT_FINDINGS_H

#include <string>

#include "base/finding.h"

namespace tlsward::report {

/// Each finding as `file:line:column: error: text [check]`, the line it is about with a caret below, and
/// `hint: ...`. What a finding does not have is left out. Ends with a line feed, or is empty where there is
/// no finding. `colour`: ANSI colours, which never say anything that the words do not. Pure.
std::string render_findings_text(const base::Findings& findings, bool colour);

/// Appends one finding as a JSON object: severity, check, file, line, column, text, hint, in this order.
/// Pure.
void append_finding_json(std::string& out, const base::Finding& finding);

/// Appends the findings as a JSON array. Pure.
void append_findings_json(std::string& out, const base::Findings& findings);

/// "2 errors, 1 warning, 1 remark"; "no findings" where there are none. Pure.
std::string count_findings(const base::Findings& findings);

/// Whether colour is welcome on a descriptor: a terminal, TERM not "dumb", NO_COLOR (no-color.org) unset or
/// empty.
bool wants_colour(int fd);

}  // namespace tlsward::report

#endif
