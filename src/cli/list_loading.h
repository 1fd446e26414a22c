// Owns what the verbs of `access` have in common: the configuration, the list, and the statuses of their
// failures.
#ifndef TLSWARD_CLI_LIST_LOADING_H
#define TLSWARD_CLI_LIST_LOADING_H

#include <optional>
#include <string>

#include "base/clock.h"
#include "cli/command.h"
#include "conf/config.h"
#include "policy/access_load.h"

namespace tlsward::cli {

/// The configuration that the command line names (or the default one). `defaults` as load_config takes them.
conf::LoadedConfig load_config(const Context& context, const conf::Config& defaults = {});

/// The status for a configuration that is not usable: 66, 77 or 78; nothing where it is usable.
std::optional<Exit> config_failure(const conf::LoadedConfig& loaded);

/// The list, by the rules of this configuration.
policy::LoadedList load_list(const std::string& path, const conf::Config& config, base::Seconds now);

/// The status for a list: yes, data, no_input or no_permission.
Exit list_status(const policy::LoadedList& loaded);

}  // namespace tlsward::cli

#endif
