// Owns Sendmail as a mail server that can be asked and restarted.
#ifndef TLSWARD_MTA_SENDMAIL_H
#define TLSWARD_MTA_SENDMAIL_H

#include <memory>
#include <string>
#include <vector>

#include "base/process.h"
#include "base/result.h"
#include "mta/adaptor.h"
#include "mta/sendmail_text.h"

namespace tlsward::mta {

/// The Sendmail daemon of one sendmail.cf.
class Sendmail : public Mta {
 public:
  /// That of the folder's sendmail.cf, or of /etc/mail. Errors: missing (no sendmail.cf, or no program that
  /// is Sendmail itself: Postfix and others bring one of that name).
  static base::Result<std::unique_ptr<Mta>> find(const std::string& config_dir, const Places& places);

  [[nodiscard]] Kind kind() const override { return Kind::sendmail; }
  [[nodiscard]] const std::string& config_dir() const override { return config_dir_; }
  [[nodiscard]] base::Result<std::string> version() const override;
  [[nodiscard]] base::Result<std::string> hostname() const override;
  [[nodiscard]] base::Result<std::vector<Listener>> listeners() const override;
  [[nodiscard]] base::Result<std::vector<std::string>> issuer_files() const override;
  [[nodiscard]] base::Status check() const override;
  /// SIGHUP makes the daemon execute itself anew. One that was not started by an absolute path would end
  /// there, and one whose program is gone too: both are refused before (config).
  base::Status reload(smtp::Deadline deadline) override;
  [[nodiscard]] bool is_running() const override;

 private:
  Sendmail(std::string config_dir, std::string program, std::string version, Places places);

  [[nodiscard]] std::string cf_path() const;
  [[nodiscard]] base::Result<SendmailCf> read_cf() const;
  /// Its test mode, with `input` to read and nothing sent.
  [[nodiscard]] base::Result<base::Ended> test_mode(const std::string& input) const;

  std::string config_dir_;
  std::string program_;
  std::string version_;
  Places places_;
};

}  // namespace tlsward::mta

#endif
