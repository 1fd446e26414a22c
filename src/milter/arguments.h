// Owns the daemon's command line.
#ifndef TLSWARD_MILTER_ARGUMENTS_H
#define TLSWARD_MILTER_ARGUMENTS_H

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "conf/config.h"

namespace tlsward::milter {

/// What was asked for.
struct Arguments {
  bool help = false;
  bool version = false;
  bool check = false;
  std::string config;                   ///< empty: the default file, if there is one
  std::vector<conf::Setting> settings;  ///< in the order of the keys; conf judges the values
};

/// Reads `--config FILE`, `--check`, `--help`, `--version`, and each configuration key as `--KEY VALUE` or
/// `--KEY=VALUE`. Nothing is abbreviated, nothing may be given twice. Errors: parse, for what is none of
/// these. Pure.
base::Result<Arguments> parse_arguments(const std::vector<std::string>& words);

/// The text of --help: usage first, with two examples, then every key. Pure.
std::string help_text();

}  // namespace tlsward::milter

#endif
