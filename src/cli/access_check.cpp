#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string>

#include "base/text.h"
#include "cli/access_verbs.h"
#include "cli/list_loading.h"
#include "report/findings.h"

namespace tlsward::cli {
namespace {

constexpr std::array check_options{
    OptionSpec{"strict", "", "warnings are errors too"},
};

void write_json(Output& out, const std::string& file, std::size_t rules, const base::Findings& findings) {
  std::string& buffer = out.buffer();
  buffer += "{\"file\":";
  base::append_json_string(buffer, file);
  fmt::format_to(std::back_inserter(buffer), ",\"rules\":{},\"findings\":", rules);
  report::append_findings_json(buffer, findings);
  buffer += "}\n";
}

void write_text(Output& out, const std::string& file, std::size_t rules, const base::Findings& findings,
                bool good) {
  out.data(report::render_findings_text(findings, out.data_in_colour()));
  out.data(fmt::format("{}: {} rule{}, {}: {}\n", base::printable(file, 4096), rules, rules == 1 ? "" : "s",
                       report::count_findings(findings),
                       good ? "fit to be put in force" : "refused as it stands"));
}

Exit run_check(Context& context) {
  const bool json = context.arguments.has("json");
  const conf::LoadedConfig configuration = load_config(context);
  const auto& words = context.arguments.positional();
  const std::string file = words.empty() ? configuration.config.access : words.front();
  if (const auto failure = config_failure(configuration)) {
    context.out.talk(configuration.findings);
    if (json) write_json(context.out, file, 0, configuration.findings);
    return *failure;
  }
  context.out.talk(configuration.findings);
  const policy::LoadedList loaded = load_list(file, configuration.config, base::now());
  Exit status = list_status(loaded);
  if (status == Exit::yes && context.arguments.has("strict") &&
      base::has_at_least(loaded.findings, base::Severity::warning))
    status = Exit::data;
  if (json) {
    write_json(context.out, file, loaded.rules, loaded.findings);
  } else {
    write_text(context.out, file, loaded.rules, loaded.findings, status == Exit::yes);
  }
  return status;
}

}  // namespace

constinit const Verb access_check_verb{
    "access check",
    "[FILE]",
    "Tell everything there is to say about an access list, that of the configuration by default",
    check_options,
    1,
    "tlsward access check\n"
    "tlsward access check /etc/tlsward/access.new --strict",
    run_check};

}  // namespace tlsward::cli
