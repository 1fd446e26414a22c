#include "milter/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

#include "base/text.h"
#include "conf/arguments.h"
#include "conf/option_table.h"

namespace tlsward::milter {
namespace {

constexpr std::array own_options{
    conf::OptionSpec{"config", "FILE", "read FILE in place of " TLSWARD_SYSCONFDIR "/tlsward.conf"},
    conf::OptionSpec{"check", "", "check and exit"},
    conf::OptionSpec{"help", "", "this text"},
    conf::OptionSpec{"version", "", "the version"},
};

/// The program's own options, then each key that tlswardd reads.
std::vector<conf::OptionSpec> all_specs() {
  std::vector<conf::OptionSpec> out(own_options.begin(), own_options.end());
  for (const conf::OptionInfo& key : conf::all_options()) {
    if (conf::is_read_by_daemon(key)) out.push_back({key.key, key.value_name, key.help});
  }
  return out;
}

base::Error with_remedy(base::Error error) {
  std::string unknown = std::exchange(error.where, {});
  unknown.erase(0, std::min(unknown.find_first_not_of('-'), unknown.size()));
  const std::string_view near = unknown.empty() ? std::string_view() : conf::nearest_option(unknown);
  error.text +=
      near.empty() ? std::string("; see tlswardd --help") : fmt::format("; did you mean --{}?", near);
  return error;
}

}  // namespace

base::Result<Arguments> parse_arguments(const std::vector<std::string>& words) {
  const std::vector<conf::OptionSpec> specs = all_specs();
  const auto parsed = conf::parse_arguments(specs, 0, words);
  if (!parsed) return with_remedy(parsed.error());
  Arguments out;
  out.help = parsed->has("help");
  out.version = parsed->has("version");
  out.check = parsed->has("check");
  out.config = parsed->value("config").value_or("");
  for (const conf::OptionSpec& spec : std::span(specs).subspan(own_options.size())) {
    if (auto value = parsed->value(spec.name))
      out.settings.push_back({std::string(spec.name), *std::move(value)});
  }
  return out;
}

std::string help_text() {
  std::string out =
      "usage: tlswardd [--config FILE] [--check] [--KEY VALUE]...\n"
      "\n"
      "tlswardd is a TLS policy milter for Postfix and Sendmail: it asks of each network the TLS that the "
      "access list wants.\n"
      "\n"
      "  tlswardd --check\n"
      "      reads the configuration and the access list, says what is wrong with them, and ends with 0 or "
      "78\n"
      "  tlswardd --socket unix:/var/spool/postfix/tlsward/milter.sock --socket-group postfix --enforce no\n"
      "      runs in the foreground and logs what it would refuse\n"
      "\n";
  for (const conf::OptionSpec& option : own_options) {
    const std::string left =
        fmt::format("--{}{}{}", option.name, option.value_name.empty() ? "" : " ", option.value_name);
    fmt::format_to(std::back_inserter(out), "  {:<15} {}\n", left, option.help);
  }
  out += "\nEvery key of the configuration is an option too, and wins over the file:\n";
  for (const conf::OptionInfo& option : conf::all_options()) {
    if (!conf::is_read_by_daemon(option)) continue;
    fmt::format_to(std::back_inserter(out), "  --{} {}\n      {}", option.key, option.value_name,
                   option.help);
    if (!option.default_value.empty())
      fmt::format_to(std::back_inserter(out), " (default: {})", option.default_value);
    out += '\n';
  }
  out += "\nSee tlswardd(8) and tlsward.conf(5).\n";
  return out;
}

}  // namespace tlsward::milter
