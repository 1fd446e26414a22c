// Owns Postfix as a mail server that can be asked and reloaded: always through its own programs, so that its
// configuration is read as it reads it itself.
#ifndef TLSWARD_MTA_POSTFIX_H
#define TLSWARD_MTA_POSTFIX_H

#include <memory>
#include <string>
#include <vector>

#include "base/process.h"
#include "base/result.h"
#include "mta/adaptor.h"
#include "mta/postfix_text.h"

namespace tlsward::mta {

/// One instance of Postfix.
class Postfix : public Mta {
 public:
  /// The instance of that folder, or the default one. Errors: missing (no postconf and postfix, no main.cf).
  static base::Result<std::unique_ptr<Mta>> find(const std::string& config_dir, const Places& places);

  [[nodiscard]] Kind kind() const override { return Kind::postfix; }
  [[nodiscard]] const std::string& config_dir() const override { return config_dir_; }
  [[nodiscard]] base::Result<std::string> version() const override;
  [[nodiscard]] base::Result<std::string> hostname() const override;
  [[nodiscard]] base::Result<std::vector<Listener>> listeners() const override;
  [[nodiscard]] base::Result<std::vector<std::string>> issuer_files() const override;
  /// What `postfix check` finds goes to the mail log alone, which the error says.
  [[nodiscard]] base::Status check() const override;
  /// The default instance is reloaded by systemd where that runs it: `postfix reload` looks after the queue's
  /// folders, and a service that is kept from writing there must leave it to Postfix's own.
  base::Status reload(smtp::Deadline deadline) override;
  [[nodiscard]] bool is_running() const override;

 private:
  Postfix(std::string config_dir, bool is_default, std::string postconf, std::string postfix, Places places);

  [[nodiscard]] base::Result<base::Ended> run(std::vector<std::string> argv) const;
  /// What postconf prints for these arguments.
  [[nodiscard]] base::Result<std::string> ask(const std::vector<std::string>& arguments) const;
  /// The systemd unit that runs this instance, empty where none does.
  [[nodiscard]] std::string unit() const;

  std::string config_dir_;
  bool is_default_;
  std::string postconf_;
  std::string postfix_;
  Places places_;
};

}  // namespace tlsward::mta

#endif
