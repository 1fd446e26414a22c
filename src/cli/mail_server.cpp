#include "cli/mail_server.h"

namespace tlsward::cli {

base::Result<std::unique_ptr<mta::Mta>> find_mail_server(const conf::Config& config) {
  auto found = mta::find_mta(config.mta, config.mta_config_dir, mta::Places::of_this_machine());
  if (!found && config.mta == conf::Mta::automatic && config.mta_config_dir.empty() &&
      found.error().code == base::Errc::missing) {
    return std::unique_ptr<mta::Mta>();
  }
  return found;
}

}  // namespace tlsward::cli
