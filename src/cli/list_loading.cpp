#include "cli/list_loading.h"

#include "policy/list_source.h"

namespace tlsward::cli {

conf::LoadedConfig load_config(const Context& context, const conf::Config& defaults) {
  return conf::load_config(context.config_file, {}, defaults);
}

std::optional<Exit> config_failure(const conf::LoadedConfig& loaded) {
  if (loaded.is_usable()) return std::nullopt;
  return loaded.file_error ? exit_for_file(*loaded.file_error, Exit::config) : Exit::config;
}

policy::LoadedList load_list(const std::string& path, const conf::Config& config, base::Seconds now) {
  return policy::load_access_list(policy::FileSource(), path,
                                  {config.allow_default_required, config.allow_default_deny, now});
}

Exit list_status(const policy::LoadedList& loaded) {
  if (loaded.main_error) return exit_for_file(*loaded.main_error, Exit::data);
  return loaded.list ? Exit::yes : Exit::data;
}

}  // namespace tlsward::cli
