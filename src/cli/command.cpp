#include "cli/command.h"

#include <fmt/format.h>
#include "build_config.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"
#include "cli/access_verbs.h"
#include "cli/cert_verbs.h"

namespace tlsward::cli {
namespace {

constexpr std::string_view what_it_is =
    "tlsward, the command of a TLS policy milter and certificate helper for Postfix and Sendmail.";

constexpr std::array verbs{
    &access_check_verb,  &access_explain_verb,   &access_reload_verb, &access_import_verb,
    &access_export_verb, &cert_show_verb,        &cert_verify_verb,   &cert_install_verb,
    &cert_request_verb,  &cert_self_signed_verb, &cert_list_verb,     &cert_rollback_verb,
    &cert_prune_verb,    &cert_check_verb,       &cert_tlsa_verb,     &cert_hook_verb};

constexpr std::array common{
    OptionSpec{"config", "FILE", "read this tlsward.conf, and conf.d beside it"},
    OptionSpec{"json", "", "write JSON for programs in place of text for people"},
    OptionSpec{"help", "", "show this text and end"},
};

void append_options(std::string& out, std::span<const OptionSpec> options) {
  for (const OptionSpec& option : options) {
    const std::string left =
        fmt::format("--{}{}{}", option.name, option.value_name.empty() ? "" : " ", option.value_name);
    fmt::format_to(std::back_inserter(out), "  {:<22} {}\n", left, option.help);
  }
}

std::string render_overview() {
  std::string out = "Usage: tlsward [--config FILE] VERB ...\n       tlsward --help | --version\n\n";
  out += what_it_is;
  out += "\n\nVerbs:\n";
  for (const Verb* verb : verbs)
    fmt::format_to(std::back_inserter(out), "  {:<16} {}\n", verb->name, verb->summary);
  out += "\nOptions:\n";
  append_options(out,
                 std::array{OptionSpec{"config", "FILE", "read this tlsward.conf, and conf.d beside it"},
                            OptionSpec{"help", "", "show this text, or behind a verb that verb's, and end"},
                            OptionSpec{"version", "", "show the version and end"}});
  out +=
      "\nExamples:\n  tlsward access check\n  tlsward access explain 192.0.2.7 --tls TLSv1.2 --bits 256\n\n";
  out += "Each verb has --help. The manual is tlsward(1).\n";
  return out;
}

Exit overview_error(Output& out, std::string_view text) {
  out.talk(fmt::format("tlsward: {}", text));
  out.talk("tlsward --help lists the verbs and options");
  return Exit::usage;
}

/// What stood before the verb.
struct Before {
  std::string config_file;
  std::size_t next = 0;  ///< the first word of the verb
  bool help = false;
  bool version = false;
  std::string error;
};

Before parse_before(const std::vector<std::string>& words) {
  Before before;
  std::size_t i = 0;
  for (; i < words.size() && words[i].starts_with('-') && before.error.empty(); ++i) {
    const std::string_view word = words[i];
    if (word == "--help" || word == "-h") {
      before.help = true;
    } else if (word == "--version") {
      before.version = true;
    } else if (word.starts_with("--config=")) {
      before.config_file = word.substr(9);
      if (before.config_file.empty()) before.error = "--config needs a file";
    } else if (word == "--config") {
      if (i + 1 == words.size()) {
        before.error = "--config needs a file";
      } else {
        before.config_file = words[++i];
      }
    } else {
      before.error = fmt::format("unrecognised option '{}'", base::printable(word, 80));
    }
  }
  before.next = i;
  return before;
}

/// The verb that `words` name from `at` on, in two words.
const Verb* find_verb(const std::vector<std::string>& words, std::size_t at) {
  if (at + 1 >= words.size()) return nullptr;
  const std::string name = words[at] + " " + words[at + 1];
  const auto* const it =
      std::find_if(verbs.begin(), verbs.end(), [&](const Verb* v) { return v->name == name; });
  return it == verbs.end() ? nullptr : *it;
}

Exit no_such_verb(const std::vector<std::string>& words, std::size_t at, Output& out) {
  if (at == words.size()) return overview_error(out, "a verb is missing");
  const std::string group = words[at] + " ";
  std::string names;
  for (const Verb* verb : verbs) {
    if (!verb->name.starts_with(group)) continue;
    fmt::format_to(std::back_inserter(names), "{}{}", names.empty() ? "" : ", ",
                   verb->name.substr(group.size()));
  }
  if (names.empty())
    return overview_error(out, fmt::format("there is no verb \"{}\"", base::printable(words[at], 40)));
  if (at + 1 == words.size())
    return overview_error(out, fmt::format("\"{}\" needs one of: {}", words[at], names));
  return overview_error(out, fmt::format("\"{}\" has no verb \"{}\", only: {}", words[at],
                                         base::printable(words[at + 1], 40), names));
}

bool asks_for_help(const std::vector<std::string>& words, std::size_t at) {
  return at + 2 == words.size() && (words[at + 1] == "--help" || words[at + 1] == "-h");
}

Exit run_verb(const Verb& verb, const std::vector<std::string>& words, const std::string& config_file,
              Output& out) {
  Context context{config_file, {}, out};
  std::vector<OptionSpec> options(verb.options.begin(), verb.options.end());
  options.insert(options.end(), common.begin(), common.end());
  auto arguments = conf::parse_arguments(options, verb.max_positional, words);
  if (!arguments) return usage_error(context, verb.name, arguments.error().text);
  context.arguments = *std::move(arguments);
  if (context.arguments.has("help")) {
    out.data(render_usage(verb));
    return Exit::yes;
  }
  if (const auto named = context.arguments.value("config")) context.config_file = *named;
  return verb.run(context);
}

}  // namespace

std::span<const OptionSpec> common_options() {
  return common;
}

std::span<const Verb* const> all_verbs() {
  return verbs;
}

std::string render_usage(const Verb& verb) {
  std::string out = fmt::format("Usage: tlsward {}{}{} [OPTIONS]\n\n{}.\n\nOptions:\n", verb.name,
                                verb.usage.empty() ? "" : " ", verb.usage, verb.summary);
  append_options(out, verb.options);
  append_options(out, common_options());
  out += "\nExamples:\n";
  std::string_view rest = verb.examples;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    fmt::format_to(std::back_inserter(out), "  {}\n", rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

Exit usage_error(Context& context, std::string_view verb, std::string_view text) {
  context.out.talk(fmt::format("tlsward {}: {}", verb, text));
  context.out.talk(fmt::format("tlsward {} --help shows what it takes", verb));
  return Exit::usage;
}

Exit run_command(const std::vector<std::string>& words, Output& out) {
  const Before before = parse_before(words);
  if (!before.error.empty()) return overview_error(out, before.error);
  if (before.version) {
    out.data("tlsward " PACKAGE_VERSION "\n");
    return out.finish(Exit::yes);
  }
  const Verb* const verb = find_verb(words, before.next);
  if (before.help || (verb == nullptr && asks_for_help(words, before.next))) {
    out.data(verb == nullptr ? render_overview() : render_usage(*verb));
    return out.finish(Exit::yes);
  }
  if (verb == nullptr) return no_such_verb(words, before.next, out);
  const auto rest = words.begin() + static_cast<std::ptrdiff_t>(before.next) + 2;
  return out.finish(run_verb(*verb, std::vector<std::string>(rest, words.end()), before.config_file, out));
}

}  // namespace tlsward::cli
