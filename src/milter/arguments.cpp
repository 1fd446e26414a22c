#include "milter/arguments.h"

#include <fmt/format.h>

#include <iterator>
#include <optional>

#include "base/text.h"
#include "conf/option_table.h"

namespace tlsward::milter {
namespace {

using base::Errc;
using base::Error;

Error usage_error(std::string text) {
  return Error{Errc::parse, std::move(text), {}};
}

/// "--key=value" apart; no value where there is no "=".
struct Word {
  std::string key;
  std::optional<std::string> value;
};

base::Result<Word> split(const std::string& word) {
  if (!word.starts_with("--") || word.size() < 3) {
    return usage_error(fmt::format("\"{}\" is no option: they begin with --; see tlswardd --help",
                                   base::printable(word, 80)));
  }
  Word out;
  const std::size_t equals = word.find('=');
  out.key = word.substr(2, equals == std::string::npos ? equals : equals - 2);
  if (equals != std::string::npos) out.value = word.substr(equals + 1);
  return out;
}

Error unknown(const std::string& key) {
  const std::string_view near = conf::nearest_option(key);
  const std::string hint =
      near.empty() ? std::string("see tlswardd --help") : fmt::format("did you mean --{}?", near);
  return usage_error(fmt::format("there is no option --{}: {}", base::printable(key, 80), hint));
}

bool* flag_named(Arguments& arguments, const std::string& key) {
  if (key == "help") return &arguments.help;
  if (key == "version") return &arguments.version;
  return key == "check" ? &arguments.check : nullptr;
}

}  // namespace

base::Result<Arguments> parse_arguments(const std::vector<std::string>& words) {
  Arguments out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto word = split(words[i]);
    if (!word) return word.error();
    if (bool* const flag = flag_named(out, word->key)) {
      if (word->value) return usage_error(fmt::format("--{} takes no value", word->key));
      *flag = true;
      continue;
    }
    const conf::OptionInfo* const option = conf::find_option(word->key);
    if (word->key != "config" && (option == nullptr || option->use == conf::OptionUse::later))
      return unknown(word->key);
    if (!word->value) {
      if (i + 1 == words.size() || words[i + 1].starts_with("--")) {
        return usage_error(fmt::format("--{} needs a value: write --{} {}", word->key, word->key,
                                       option == nullptr ? "FILE" : option->value_name));
      }
      word->value = words[++i];
    }
    if (option == nullptr) {
      out.config = *word->value;
    } else {
      out.settings.push_back({word->key, *word->value});
    }
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
      "\n"
      "  --config FILE   read FILE in place of " TLSWARD_SYSCONFDIR
      "/tlsward.conf\n"
      "  --check         check and exit\n"
      "  --help          this text\n"
      "  --version       the version\n"
      "\n"
      "Every key of the configuration is an option too, and wins over the file:\n";
  for (const conf::OptionInfo& option : conf::all_options()) {
    if (option.use == conf::OptionUse::later) continue;
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
