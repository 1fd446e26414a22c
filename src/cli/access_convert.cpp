#include "policy/access_convert.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>

#include "base/files.h"
#include "base/text.h"
#include "cli/access_verbs.h"
#include "cli/list_loading.h"
#include "report/findings.h"

namespace tlsward::cli {
namespace {

using policy::ListForm;

constexpr std::array import_options{
    OptionSpec{"from", "FORM", "postfix-cidr, sendmail-access or plain"},
    OptionSpec{"mode", "MODE", "with plain: the mode of networks that have none (default: required)"},
};

constexpr std::array export_options{
    OptionSpec{"to", "FORM", "postfix-cidr or plain"},
    OptionSpec{"mode", "MODE", "with plain: the networks of this mode alone, without the mode"},
};

constexpr std::string_view import_name = "access import";
constexpr std::string_view export_name = "access export";

/// The form that an option names. Errors: parse, for the user.
base::Result<ListForm> form_of(const Arguments& arguments, std::string_view option, std::string_view forms) {
  const auto text = arguments.value(option);
  if (!text) return base::Error{base::Errc::parse, fmt::format("--{} is missing: {}", option, forms), {}};
  const auto form = policy::parse_list_form(*text);
  if (!form || (option == "to" && *form == ListForm::sendmail_access)) {
    return base::Error{base::Errc::parse,
                       fmt::format("--{}: \"{}\" is none of {}", option, base::printable(*text, 40), forms),
                       {}};
  }
  return *form;
}

/// The mode that --mode names, if it is there. Errors: parse, for the user.
base::Result<std::optional<policy::Mode>> mode_of(const Arguments& arguments, ListForm form) {
  const auto text = arguments.value("mode");
  if (!text) return std::optional<policy::Mode>();
  if (form != ListForm::plain)
    return base::Error{base::Errc::parse, "--mode goes with the plain form only", {}};
  const auto mode = policy::parse_mode(*text);
  if (!mode)
    return base::Error{
        base::Errc::parse, fmt::format("--mode: \"{}\" is no mode", base::printable(*text, 40)), {}};
  return std::optional(*mode);
}

/// The list on standard output, the findings on standard error (both in one object with --json).
Exit tell(Context& context, const std::string& file, const policy::Converted& converted) {
  if (context.arguments.has("json")) {
    std::string& buffer = context.out.buffer();
    buffer += "{\"file\":";
    base::append_json_string(buffer, file);
    buffer += ",\"list\":";
    base::append_json_string(buffer, converted.text);
    buffer += ",\"findings\":";
    report::append_findings_json(buffer, converted.findings);
    buffer += "}\n";
  } else {
    context.out.data(converted.text);
    context.out.talk(converted.findings);
  }
  return converted.says_all() ? Exit::yes : Exit::no;
}

Exit run_import(Context& context) {
  const auto form = form_of(context.arguments, "from", "postfix-cidr, sendmail-access, plain");
  if (!form) return usage_error(context, import_name, form.error().text);
  const auto mode = mode_of(context.arguments, *form);
  if (!mode) return usage_error(context, import_name, mode.error().text);
  if (context.arguments.positional().empty())
    return usage_error(context, import_name, "the file to import is missing");
  const std::string& file = context.arguments.positional().front();
  const auto text = base::read_file(file, policy::max_list_bytes);
  if (!text) {
    context.out.talk(fmt::format("tlsward {}: {}", import_name, text.error().message()));
    return exit_for_file(text.error(), Exit::data);
  }
  return tell(context, file, policy::import_list(*form, *text, file, mode->value_or(policy::Mode::required)));
}

Exit run_export(Context& context) {
  const auto form = form_of(context.arguments, "to", "postfix-cidr, plain");
  if (!form) return usage_error(context, export_name, form.error().text);
  const auto mode = mode_of(context.arguments, *form);
  if (!mode) return usage_error(context, export_name, mode.error().text);
  const conf::LoadedConfig configuration = load_config(context);
  context.out.talk(configuration.findings);
  if (const auto failure = config_failure(configuration)) return *failure;
  const auto& words = context.arguments.positional();
  const std::string file = words.empty() ? configuration.config.access : words.front();
  const base::Seconds now = base::now();
  const policy::LoadedList loaded = load_list(file, configuration.config, now);
  if (!loaded.list) {
    context.out.talk(loaded.findings);
    return list_status(loaded);
  }
  return tell(context, file, policy::export_list(*form, policy::FileSource(), file, now, *mode));
}

}  // namespace

constinit const Verb access_import_verb{
    "access import",
    "--from FORM FILE",
    "Make an access list of another program's list, on standard output",
    import_options,
    1,
    "tlsward access import --from postfix-cidr /etc/postfix/client_access.cidr > access.new\n"
    "tlsward access import --from plain --mode required networks.txt",
    run_import};

constinit const Verb access_export_verb{
    "access export",
    "--to FORM [FILE]",
    "Make another program's list of an access list, on standard output",
    export_options,
    1,
    "tlsward access export --to postfix-cidr > client_access.cidr\n"
    "tlsward access export --to plain --mode required /etc/tlsward/access",
    run_export};

}  // namespace tlsward::cli
