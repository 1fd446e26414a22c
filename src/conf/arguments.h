// Owns command lines: what a program or verb takes is a table, Boost.Program_options judges, nothing is
// guessed.
#ifndef TLSWARD_CONF_ARGUMENTS_H
#define TLSWARD_CONF_ARGUMENTS_H

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tlsward::conf {

/// One long option.
struct OptionSpec {
  std::string_view name;        ///< without the dashes
  std::string_view value_name;  ///< "FILE"; empty: a flag
  std::string_view help;        ///< one line, without a full stop
  bool repeats = false;         ///< may be given several times
};

/// What stood on a command line.
class Arguments {
 public:
  [[nodiscard]] bool has(std::string_view option) const { return values_.contains(option); }
  /// The option's value (the first where it repeats), or nothing where it was not given.
  [[nodiscard]] std::optional<std::string> value(std::string_view option) const;
  /// All values of an option that repeats, in order; none where it was not given.
  [[nodiscard]] std::vector<std::string> values(std::string_view option) const;
  [[nodiscard]] const std::vector<std::string>& positional() const { return positional_; }

 private:
  friend base::Result<Arguments> parse_arguments(std::span<const OptionSpec>, std::size_t,
                                                 const std::vector<std::string>&);
  std::map<std::string, std::vector<std::string>, std::less<>> values_;  ///< a flag has no value
  std::vector<std::string> positional_;
};

/// Reads the words of a command line: `--name VALUE` or `--name=VALUE`, `-h` for an option --help, and at
/// most `max_positional` others; behind `--` all are positional. No abbreviations. Errors: parse, with a
/// sentence for the user; `where` is then the option that is unknown, or empty.
base::Result<Arguments> parse_arguments(std::span<const OptionSpec> options, std::size_t max_positional,
                                        const std::vector<std::string>& words);

}  // namespace tlsward::conf

#endif
