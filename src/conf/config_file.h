// Owns the text of one configuration file: lines, comments, keys, and everything that can be wrong with them.
#ifndef TLSWARD_CONF_CONFIG_FILE_H
#define TLSWARD_CONF_CONFIG_FILE_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/finding.h"
#include "conf/config.h"

namespace tlsward::conf {

/// The largest configuration file, in bytes.
constexpr std::uint64_t max_file_bytes = std::uint64_t{1} << 20U;

/// The longest line of one, in bytes.
constexpr std::size_t max_line_bytes = 4096;

/// Of one file so many findings are told.
constexpr std::size_t max_findings = 100;

/// Reads the text of the file `name` into `config`; what is wrong is added to `findings` in the order of the
/// lines, and a line with an error sets nothing. Pure.
void parse_config(std::string_view text, const std::string& name, Config& config, base::Findings& findings);

/// Applies one setting of the command line: its findings have no line.
void apply_setting(const Setting& setting, Config& config, base::Findings& findings);

}  // namespace tlsward::conf

#endif
