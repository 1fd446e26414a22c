// Owns the list of configuration keys: their names, kinds, defaults and one-line help. The manual is held
// against it.
#ifndef TLSWARD_CONF_OPTION_TABLE_H
#define TLSWARD_CONF_OPTION_TABLE_H

#include <cstdint>
#include <span>
#include <string_view>

namespace tlsward::conf {

/// What a value has to look like.
enum class OptionKind : std::uint8_t {
  text,
  path,
  yes_no,
  seconds,
  help_url,
  log_target,
  log_level,
  mta,
  host_names
};

/// Who reads a key.
enum class OptionUse : std::uint8_t {
  daemon,   ///< tlswardd alone
  both,     ///< tlswardd and tlsward
  command,  ///< tlsward alone
  later,    ///< known, without effect in this version: one file can serve this one and a newer one
};

/// One key of tlsward.conf; each that tlswardd reads is also a long option of it.
struct OptionInfo {
  std::string_view key;
  OptionKind kind = OptionKind::text;
  OptionUse use = OptionUse::later;
  bool may_be_empty = false;       ///< "key =" is a value: it takes back what an earlier file set
  std::string_view value_name;     ///< "PATH", for usage texts
  std::string_view default_value;  ///< as it would be written; empty: not set
  std::string_view help;           ///< what it is for, without a full stop
};

/// All keys, in the order of the manual.
std::span<const OptionInfo> all_options();

/// Whether tlswardd reads it, and so has it as an option.
constexpr bool is_read_by_daemon(const OptionInfo& option) {
  return option.use == OptionUse::daemon || option.use == OptionUse::both;
}

/// The option of exactly that name, or null.
const OptionInfo* find_option(std::string_view key);

/// The key that was probably meant (by edit distance, `_` being `-`), or empty where none is near.
std::string_view nearest_option(std::string_view key);

}  // namespace tlsward::conf

#endif
