// Owns the moment in which a deployment becomes live: switch, reload, prove, and back again where that fails.
#ifndef TLSWARD_MTA_DEPLOY_H
#define TLSWARD_MTA_DEPLOY_H

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cert/certificate.h"
#include "cert/store.h"

namespace tlsward::mta {

class Mta;

/// How far it came.
enum class Step : std::uint8_t {
  live,    ///< the store's link is switched
  check,   ///< the mail server reads its configuration and finds it good
  reload,  ///< the running mail server takes it
  serve,   ///< asked over SMTP, it serves what is live
  done,
};

/// "live", "check", "reload", "serve", "done".
std::string_view step_name(Step step);

/// What came of it.
struct Outcome {
  Step step = Step::live;               ///< `done`, or the step that failed
  std::string text;                     ///< why it failed, printable; for `done` what was not proved and why
  std::vector<std::string> served_by;   ///< the listeners that were asked: "smtp 127.0.0.1:25"
  std::optional<int> live;              ///< what is live now
  std::optional<base::Error> not_back;  ///< the deployment before could not be brought back: what went wrong

  [[nodiscard]] bool is_done() const { return step == Step::done; }
};

/// How long is waited for a reload to show.
struct Patience {
  std::chrono::milliseconds reload{30000};
  std::chrono::milliseconds serve{10000};    ///< for all listeners together
  std::chrono::milliseconds greeting{5000};  ///< for one of them to say anything at all
  std::chrono::milliseconds pause{100};      ///< between two questions to one of them
};

/// Asks each listener of the mail server that serves this store for each of `leaves`. One that does not greet
/// is told in the text and is no failure, as long as another one serves them. `done` with a text where the
/// mail server is null or does not use the store: then nothing was asked.
Outcome prove(const cert::Store& store, const std::vector<cert::Certificate>& leaves, Mta* mta,
              const Patience& patience = {});

/// Makes `number` live and, where `mta` is one that uses this store, lets it check itself, reloads it and
/// asks each of its listeners with TLS for each of `leaves`. On a failure what was live before is live and
/// served again, where there was something. `mta` may be null: nothing is reloaded, nothing asked.
Outcome deploy(const cert::Store& store, const cert::StoreLock& lock, int number,
               const std::vector<cert::Certificate>& leaves,
               const std::vector<cert::Certificate>& leaves_before, Mta* mta, const Patience& patience = {});

}  // namespace tlsward::mta

#endif
