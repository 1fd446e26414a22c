#include "milter/daemon.h"

#include "build_config.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>

#include "milter/listener.h"
#include "milter/log_line.h"
#include "milter/notify.h"
#include "milter/signals.h"
#include "milter/startup.h"

namespace tlsward::milter {
namespace {

using base::LogLevel;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// The main loop looks at descriptors and the watchdog so often.
constexpr milliseconds tick{1000};

/// A session that libmilter has taken but not yet negotiated is not counted: the last look at the count comes
/// so long after the gate was shut.
constexpr milliseconds settling_time{100};

/// Mail servers that have connected and wait to be taken are waited for so long.
constexpr milliseconds backlog_wait{200};

/// A callback that runs when libmilter has ended gets so long to end too.
constexpr milliseconds callback_wait{1000};

void wait_for_event(milliseconds at_most) {
  pollfd event{Signals::event(), POLLIN, 0};
  ::poll(&event, 1, static_cast<int>(std::max(at_most, milliseconds(0)).count()));
}

/// A daemon that serves. Made once and never destroyed: libmilter's threads may look into it until the
/// process is gone.
class Daemon {
 public:
  explicit Daemon(Prepared&& prepared)
      : p_(std::move(prepared)),
        status_(fmt::format("{}, {}", to_string(p_.socket->endpoint()),
                            p_.config.enforce ? "enforcing" : "report-only")),
        service_{p_.config.settings(), p_.config.mta, *p_.log, list_, sink_, health_, {}, {}},
        loader_({p_.config.access,
                 {p_.config.allow_default_required, p_.config.allow_default_deny, {}},
                 p_.config.state_dir,
                 status_},
                list_, *p_.log) {}

  ExitStatus run() {
    loader_.put_first(std::move(p_.first_list));
    const ListState first = loader_.state();  // its thread's, once that runs
    auto started = listener_.start(service_, p_.gate->number());
    if (started) started = loader_.start();
    if (!started) {
      p_.log->error(started.error().message());
      fmt::print(stderr, "tlswardd: {}\n", started.error().message());
      return finish(status_of(started.error().code));
    }
    tell_start(first);
    const ExitStatus status = serve();
    if (status == ExitStatus::ok) drain();
    return finish(status);
  }

 private:
  void tell_start(const ListState& list) {
    notify_ready(status_);
    const std::string line = main_cf_line(p_.socket->endpoint());
    p_.log->write(
        LogLevel::info,
        fmt::format("tlswardd {} started: {} rules, list sha256 {}, socket {}, {}; main.cf: {}",
                    PACKAGE_VERSION, list.rules, list.sha256.substr(0, 12), to_string(p_.socket->endpoint()),
                    p_.config.enforce ? "enforcing" : "report-only", line),
        {{"MESSAGE_ID", std::string(message_id::started)}});
  }

  /// Until a signal asks for the end (ok), or libmilter ends of itself.
  ExitStatus serve() {
    const auto watchdog = watchdog_interval();
    const milliseconds pause = watchdog ? std::min(tick, *watchdog) : tick;
    for (;;) {
      wait_for_event(pause);
      const SignalsSeen seen = Signals::take();
      if (seen.hangups != 0)
        p_.log->info("SIGHUP does nothing here: SIGUSR1 reloads the access list, SIGTERM stops");
      if (seen.reloads != 0) loader_.request();
      if (seen.stops != 0) return ExitStatus::ok;
      if (listener_.has_ended()) {
        p_.log->error("libmilter has ended by itself: see its message in the mail log");
        return listener_.has_failed() ? ExitStatus::internal : ExitStatus::ok;
      }
      guard_descriptors();
      if (watchdog) notify_alive();
    }
  }

  void guard_descriptors() {
    if (p_.gate->is_open() && p_.descriptors->is_short()) {
      p_.gate->shut();
      listener_.nudge();
      p_.log->warning(
          fmt::format("nearly all of {} file descriptors are in use by {} sessions: no more are taken until "
                      "some end; raise LimitNOFILE",
                      p_.descriptors->limit(), service_.sessions.open()));
    } else if (!p_.gate->is_open() && p_.descriptors->has_recovered()) {
      p_.gate->open();
      listener_.nudge();
      p_.log->info("there are file descriptors again: sessions are taken");
    }
  }

  /// No new session is taken; open ones are served until they end, drain-time is over, or a second signal
  /// comes.
  void drain() {
    notify_stopping("serving the open sessions");
    p_.log->info(fmt::format("stopping: {} open sessions are served for up to {} s", service_.sessions.open(),
                             p_.config.drain_time.count()));
    leave_socket();
    service_.sessions.await_end();
    const auto begin = steady_clock::now();
    const auto end = begin + p_.config.drain_time;
    for (auto now = begin; now < end && !listener_.has_ended(); now = steady_clock::now()) {
      const bool has_settled = now - begin >= settling_time;
      if (has_settled && service_.sessions.open() == 0) return;
      const auto rest = std::chrono::ceil<milliseconds>(end - now);
      wait_for_event(std::min(rest, has_settled ? tick : settling_time));
      if (Signals::take().stops != 0) return p_.log->warning("a second signal: stopping at once");
      notify_alive();
    }
  }

  /// Takes our path away, lets libmilter take those who called before that, and shuts the gate.
  void leave_socket() {
    const bool is_ours = p_.socket->endpoint().kind == Endpoint::Kind::unix_path &&
                         p_.endpoint.kind == Endpoint::Kind::unix_path;
    if (!p_.socket->unlink_path())
      p_.log->info(
          fmt::format("the socket {} could not be removed: the next start replaces it", p_.endpoint.path));
    if (is_ours && p_.gate->is_open()) {
      const auto end = steady_clock::now() + backlog_wait;
      pollfd waiting{p_.socket->descriptor(), POLLIN, 0};
      while (::poll(&waiting, 1, 0) > 0 && steady_clock::now() < end)
        std::this_thread::sleep_for(milliseconds(1));
    }
    p_.gate->shut();
    listener_.nudge();
    p_.socket->close();
  }

  ExitStatus finish(ExitStatus status) {
    p_.socket->unlink_path();
    listener_.stop();
    loader_.stop();
    const auto end = steady_clock::now() + callback_wait;
    while (service_.sessions.running() != 0 && steady_clock::now() < end)
      std::this_thread::sleep_for(milliseconds(1));
    const std::uint64_t cut = service_.sessions.open();
    p_.log->write(
        LogLevel::info,
        cut == 0 ? "stopped"
                 : fmt::format("stopped: {} sessions were cut off, the mail server defers their mail", cut),
        {{"MESSAGE_ID", std::string(message_id::stopped)}});
    p_.pid_file.release();
    return status;
  }

  Prepared p_;
  std::string status_;
  ListSlot list_;
  NullSink sink_;
  UnknownHealth health_;
  Service service_;
  ListLoader loader_;
  Listener listener_;
};

Daemon* the_daemon = nullptr;

}  // namespace

int run_daemon(const std::vector<std::string>& words) {
  Prepared prepared;
  if (const auto end = prepare_daemon(words, prepared)) return static_cast<int>(*end);
  the_daemon = new Daemon(std::move(prepared));  // NOLINT(cppcoreguidelines-owning-memory): see the class
  return static_cast<int>(the_daemon->run());
}

}  // namespace tlsward::milter
