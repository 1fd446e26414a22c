#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "cli/access_verbs.h"
#include "cli/batch_answers.h"
#include "cli/explain.h"
#include "cli/explain_batch.h"
#include "cli/list_loading.h"
#include "policy/sender.h"

namespace tlsward::cli {
namespace {

constexpr std::array explain_options{
    OptionSpec{"access", "FILE", "the access list (default: that of the configuration)"},
    OptionSpec{"tls", "VERSION", "the session's TLS version, as TLSv1.2, or none (default: none)"},
    OptionSpec{"bits", "N", "the cipher's bits (default: not readable)"},
    OptionSpec{"verified", "", "the mail server trusts the client's certificate"},
    OptionSpec{"subject", "CN", "the common name of that certificate"},
    OptionSpec{"issuer", "CN", "the common name of its issuer"},
    OptionSpec{"sender", "ADDRESS", "the envelope sender"},
    OptionSpec{"listener", "NAME", "the mail server's service that the client talks to"},
    OptionSpec{"authenticated", "", "the client has authenticated"},
    OptionSpec{"at", "DATE", "decide as on that day, or at that time (RFC 3339)"},
    OptionSpec{"batch", "", "answer each line \"ADDRESS [TLS [BITS]]\" of standard input in JSON"},
};

constexpr std::string_view name = "access explain";

/// The session that the options describe; the client is not in it yet. Errors: parse, for the user.
base::Result<policy::Session> session_of(const Arguments& arguments) {
  policy::Session session;
  const auto tls = parse_tls(arguments.value("tls").value_or("none"), arguments.value("bits").value_or(""));
  if (!tls) return tls.error();
  session.tls = *tls;
  session.tls.verified = arguments.has("verified");
  session.tls.subject = arguments.value("subject").value_or("");
  session.tls.issuer = arguments.value("issuer").value_or("");
  session.authenticated = arguments.has("authenticated");
  session.listener = arguments.value("listener").value_or("");
  session.sender_domain = policy::sender_domain(arguments.value("sender").value_or(""));
  return session;
}

/// The configuration: `enforce = yes` unless a file that was named says otherwise.
conf::LoadedConfig explain_config(const Context& context) {
  conf::Config defaults;
  defaults.enforce = true;
  conf::LoadedConfig loaded = load_config(context, defaults);
  if (context.config_file.empty()) loaded.config.enforce = true;
  return loaded;
}

/// All that an answer needs.
struct Asked {
  policy::Session session;
  std::optional<policy::Client> client;  ///< nothing with --batch
  base::Seconds at{};
};

base::Result<Asked> read_question(const Arguments& arguments) {
  Asked asked;
  const auto session = session_of(arguments);
  if (!session) return session.error();
  asked.session = *session;
  asked.at = base::now();
  if (const auto at = arguments.value("at")) {
    const auto parsed = base::parse_date(*at);
    if (!parsed) return base::Error{base::Errc::parse, fmt::format("--at: {}", parsed.error().text), {}};
    asked.at = *parsed;
  }
  const auto& words = arguments.positional();
  if (arguments.has("batch")) {
    if (!words.empty())
      return base::Error{base::Errc::parse, "with --batch the addresses come from standard input", {}};
    return asked;
  }
  if (words.empty()) return base::Error{base::Errc::parse, "an address is missing", {}};
  asked.client = policy::Client::parse(words.front());
  if (!asked.client) {
    return base::Error{base::Errc::parse,
                       fmt::format("\"{}\" is no IP address: write one, or local, or unknown",
                                   base::printable(words.front(), 60)),
                       {}};
  }
  asked.session.client = *asked.client;
  return asked;
}

Exit explain_one(Context& context, const std::string& file, const policy::AccessList& list,
                 const Asked& asked, const policy::Settings& settings) {
  policy::RuleSet rules;
  list.collect(*asked.client, asked.session.listener, rules);
  const policy::Decision decision = policy::decide(rules, asked.session, settings, asked.at);
  if (context.arguments.has("json")) {
    append_explanation_json(context.out.buffer(), asked.session, decision);
    context.out.data("\n");
  } else {
    context.out.data(render_explanation(file, asked.session, decision, asked.at));
  }
  return Exit::yes;
}

Exit run_explain(Context& context) {
  const auto asked = read_question(context.arguments);
  if (!asked) return usage_error(context, name, asked.error().text);
  const conf::LoadedConfig configuration = explain_config(context);
  context.out.talk(configuration.findings);
  if (const auto failure = config_failure(configuration)) return *failure;
  const std::string file = context.arguments.value("access").value_or(configuration.config.access);
  const policy::LoadedList loaded = load_list(file, configuration.config, asked->at);
  if (!loaded.list) {
    context.out.talk(loaded.findings);
    context.out.talk(fmt::format("tlsward {}: {} is not in force as it stands, so nothing is decided by it",
                                 name, base::printable(file, 4096)));
    return list_status(loaded);
  }
  const policy::Settings settings = configuration.config.settings();
  if (asked->client) return explain_one(context, file, *loaded.list, *asked, settings);
  return explain_batch(*loaded.list, asked->session, settings, asked->at, 0, context.out);
}

}  // namespace

constinit const Verb access_explain_verb{
    "access explain",
    "ADDRESS | --batch",
    "Tell what a client would be answered, by which rule and why; ADDRESS may be local or unknown",
    explain_options,
    1,
    "tlsward access explain 192.0.2.7 --tls TLSv1.2 --bits 256\n"
    "tlsward access explain 2001:db8:25::1 --access new-list --at 2027-01-01 --json",
    run_explain};

}  // namespace tlsward::cli
