// Owns what a value may be: Boost.Program_options judges it by the option table and puts it into the
// configuration.
#ifndef TLSWARD_CONF_VALUE_H
#define TLSWARD_CONF_VALUE_H

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "conf/config.h"
#include "conf/option_table.h"

namespace tlsward::conf {

/// What is wrong with a value, and the remedy. Printable.
struct ValueFault {
  std::string text;
  std::string hint;
};

/// Puts `value` into `config`, or says why not and leaves `config` alone. `option` must have an effect in
/// this version.
std::optional<ValueFault> set_value(Config& config, const OptionInfo& option, const std::string& value);

/// "25", "25s", "2m", "1h", at most a day. Nothing for anything else.
std::optional<std::chrono::seconds> parse_seconds(std::string_view text);

}  // namespace tlsward::conf

#endif
