#include "milter/listener.h"

#include <fmt/format.h>
#include <libmilter/mfapi.h>
#include <pthread.h>

#include <chrono>
#include <string>

#include "milter/callbacks.h"
#include "milter/listen_socket.h"
#include "milter/signals.h"

namespace tlsward::milter {
namespace {

/// How long one packet's bytes may take, and after what silence libmilter drops a session. An SMTP session is
/// silent here while a message is being sent, for it was accepted at MAIL, and between commands: Sendmail
/// waits an hour for either (Timeout.command, Timeout.datablock), Postfix five minutes. So just above the
/// hour; libmilter's own is two.
constexpr int session_timeout_s = 3900;

}  // namespace

Listener::~Listener() {
  if (thread_.joinable()) stop();
}

base::Status Listener::start(Service& service, int number) {
  if (const auto registered = register_filter(service); !registered) return registered.error();
  std::string where = fmt::format("fd:{}", number);
  ::smfi_settimeout(session_timeout_s);
  ::smfi_setbacklog(listen_backlog);
  if (::smfi_setconn(where.data()) != MI_SUCCESS || ::smfi_opensocket(false) != MI_SUCCESS) {
    return base::Error{base::Errc::io, "libmilter does not take the socket: see its message in the mail log",
                       where};
  }
  thread_ = std::thread([this] {
    Signals::allow_wake();
    failed_ = ::smfi_main() != MI_SUCCESS;
    ended_ = true;
    Signals::poke();
  });
  if (!Signals::park_waiter())
    service.log.warning("libmilter's signal thread was not found in /proc: a stop may cut sessions off");
  return base::Done{};
}

void Listener::nudge() noexcept {
  if (thread_.joinable() && !ended_) ::pthread_kill(thread_.native_handle(), Signals::wake_signal);
}

void Listener::stop() {
  if (!thread_.joinable()) return;
  // smfi_stop waits for a mutex that the listener holds while it polls, so it must not be waited for here.
  std::thread stopper([] { ::smfi_stop(); });
  while (!ended_) {
    nudge();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  stopper.join();
  thread_.join();
}

}  // namespace tlsward::milter
