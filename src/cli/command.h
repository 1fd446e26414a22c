// Owns the command tlsward: its verbs, their usage texts, and the way from words to a verb.
#ifndef TLSWARD_CLI_COMMAND_H
#define TLSWARD_CLI_COMMAND_H

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_codes.h"
#include "cli/output.h"
#include "conf/arguments.h"

namespace tlsward::cli {

using conf::Arguments;
using conf::OptionSpec;

/// What a verb gets to work with.
struct Context {
  std::string config_file;  ///< --config, or empty
  Arguments arguments;
  Output& out;
};

/// One verb.
struct Verb {
  std::string_view name;   ///< "access check"
  std::string_view usage;  ///< what stands behind the name: "[FILE]"
  std::string_view summary;
  std::span<const OptionSpec> options;  ///< the common ones are not among them
  std::size_t max_positional = 0;
  std::string_view examples;  ///< two command lines, a line each
  Exit (*run)(Context&) = nullptr;
};

/// The options that every verb has: --config, --json, --help.
std::span<const OptionSpec> common_options();

/// All verbs, in the order of the manual.
std::span<const Verb* const> all_verbs();

/// "Usage: ...", what it does, its options, its examples.
std::string render_usage(const Verb& verb);

/// Says on standard error what is wrong with the command line of a verb, and how to learn more.
Exit usage_error(Context& context, std::string_view verb, std::string_view text);

/// Runs `words` (the command line without the program's name). Everything that can fail is told; nothing is
/// thrown but for want of memory.
Exit run_command(const std::vector<std::string>& words, Output& out);

}  // namespace tlsward::cli

#endif
