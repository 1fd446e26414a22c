// Owns the command line of one verb: what it takes is a table, Boost.Program_options judges, nothing is
// guessed.
#ifndef TLSWARD_CLI_ARGUMENTS_H
#define TLSWARD_CLI_ARGUMENTS_H

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tlsward::cli {

/// One long option of a verb.
struct OptionSpec {
  std::string_view name;        ///< without the dashes
  std::string_view value_name;  ///< "FILE"; empty: a flag
  std::string_view help;        ///< one line, without a full stop
};

/// What stood on a verb's command line.
class Arguments {
 public:
  [[nodiscard]] bool has(std::string_view option) const { return values_.contains(option); }
  /// The option's value, or nothing where it was not given.
  [[nodiscard]] std::optional<std::string> value(std::string_view option) const;
  [[nodiscard]] const std::vector<std::string>& positional() const { return positional_; }

 private:
  friend base::Result<Arguments> parse_arguments(std::span<const OptionSpec>, std::size_t,
                                                 const std::vector<std::string>&);
  std::map<std::string, std::string, std::less<>> values_;  ///< flags have an empty value
  std::vector<std::string> positional_;
};

/// The options that every verb has: --config, --json, --help.
std::span<const OptionSpec> common_options();

/// Reads the words behind a verb: its own options and the common ones, `--name VALUE` or `--name=VALUE`, `-h`
/// for --help, and at most `max_positional` others; behind `--` all are positional. Errors: parse, with a
/// sentence for the user.
base::Result<Arguments> parse_arguments(std::span<const OptionSpec> options, std::size_t max_positional,
                                        const std::vector<std::string>& words);

}  // namespace tlsward::cli

#endif
