#include "mta/deploy.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "base/text.h"
#include "cert/store_layout.h"
#include "mta/adaptor.h"
#include "smtp/served.h"

namespace tlsward::mta {
namespace {

using std::chrono::steady_clock;

smtp::KeyKind kind_of(const cert::Certificate& leaf) {
  switch (leaf.key().kind) {
    case cert::KeyKind::rsa:
    case cert::KeyKind::rsa_pss: return smtp::KeyKind::rsa;
    case cert::KeyKind::ecdsa: return smtp::KeyKind::ecdsa;
    case cert::KeyKind::ed25519: return smtp::KeyKind::ed25519;
    default: return smtp::KeyKind::any;
  }
}

std::string place_of(const Listener& listener) {
  const bool is_v6 = listener.host.find(':') != std::string::npos;
  const std::string host = base::printable(listener.host, 255);
  const std::string place = fmt::format("{}{}{}:{}", is_v6 ? "[" : "", host, is_v6 ? "]" : "", listener.port);
  // A service that is named by its port needs no name.
  if (base::parse_decimal(listener.service, 65535) || listener.service == place) return place;
  return fmt::format("{} {}", base::printable(listener.service, 80), place);
}

std::string_view title_of(const Mta& mta) {
  return mta.kind() == Kind::postfix ? "Postfix" : "Sendmail";
}

/// How the mail server is told to serve the store.
std::string how_to_use(const Mta& mta, const cert::Store& store) {
  if (mta.kind() == Kind::postfix) {
    return fmt::format("postconf -c {} -e 'smtpd_tls_chain_files = {}'", mta.config_dir(),
                       store.live_path(cert::kKeychain));
  }
  return fmt::format("let confSERVER_CERT, confSERVER_KEY and confCACERT in sendmail.mc name {}, {} and {}",
                     store.live_path(cert::kCertificate), store.live_path(cert::kKey),
                     store.live_path(cert::kChain));
}

/// What a listener said when it was asked for a leaf.
struct Answer {
  enum class Kind : std::uint8_t { serves, differs, silent };
  Kind kind = Kind::silent;
  std::string text;  ///< for `differs` and `silent`: how it went, printable
};

/// Asks one listener for one leaf until it serves it, or the time is up. One that does not even greet is
/// given up earlier: it may have been broken for long, and says nothing about certificates.
Answer ask(const Listener& listener, const cert::Certificate& leaf, steady_clock::time_point deadline,
           const Patience& patience) {
  const smtp::Target target = listener.target({}, kind_of(leaf));
  const auto silent_until = std::min(deadline, steady_clock::now() + patience.greeting);
  bool has_answered = false;
  for (;;) {
    const smtp::Outcome outcome = smtp::fetch_served(target, has_answered ? deadline : silent_until);
    if (outcome.is_ok() && !outcome.chain.empty() && outcome.chain.front() == leaf.der())
      return {Answer::Kind::serves, {}};
    has_answered = has_answered || outcome.was_answered();
    if (steady_clock::now() + patience.pause >= (has_answered ? deadline : silent_until)) {
      const Answer::Kind kind = has_answered ? Answer::Kind::differs : Answer::Kind::silent;
      if (outcome.is_ok()) {
        return {kind, fmt::format("{} serves another certificate than the live one of {}", place_of(listener),
                                  leaf.key().text())};
      }
      return {kind, fmt::format("{} does not serve it: {} (at the step {})", place_of(listener), outcome.text,
                                smtp::name_of(outcome.step))};
    }
    std::this_thread::sleep_for(patience.pause);
  }
}

Outcome failed(Step step, std::string text) {
  Outcome out;
  out.step = step;
  out.text = std::move(text);
  return out;
}

/// Lets the mail server take what is live now, and proves it.
Outcome take(const cert::Store& store, const std::vector<cert::Certificate>& leaves, Mta& mta,
             const Patience& patience) {
  const auto uses = mta.uses(store.path());
  if (!uses) return failed(Step::check, uses.error().message());
  if (!*uses) return prove(store, leaves, &mta, patience);
  if (!mta.is_running()) {
    return failed(Step::reload,
                  fmt::format("{} is not running, so nothing can be proved: start it, or install with "
                              "--mta none",
                              title_of(mta)));
  }
  if (const auto good = mta.check(); !good) return failed(Step::check, good.error().message());
  if (const auto reloaded = mta.reload(steady_clock::now() + patience.reload); !reloaded)
    return failed(Step::reload, reloaded.error().message());
  return prove(store, leaves, &mta, patience);
}

}  // namespace

std::string_view step_name(Step step) {
  switch (step) {
    case Step::live: return "live";
    case Step::check: return "check";
    case Step::reload: return "reload";
    case Step::serve: return "serve";
    case Step::done: return "done";
  }
  return "done";
}

Outcome prove(const cert::Store& store, const std::vector<cert::Certificate>& leaves, Mta* mta,
              const Patience& patience) {
  Outcome out;
  out.step = Step::done;
  if (mta == nullptr) {
    out.text = "no mail server was asked";
    return out;
  }
  const auto uses = mta->uses(store.path());
  if (!uses) return failed(Step::serve, uses.error().message());
  if (!*uses) {
    out.text = fmt::format("{} does not use the store yet: {}", title_of(*mta), how_to_use(*mta, store));
    return out;
  }
  const auto listeners = mta->listeners();
  if (!listeners) return failed(Step::serve, listeners.error().message());
  const auto deadline = steady_clock::now() + patience.serve;
  std::string silent;
  for (const Listener& listener : *listeners) {
    if (!listener.has_tls || listener.wants_proxy_header || !listener.uses(store.path())) continue;
    bool serves_all = true;
    for (const cert::Certificate& leaf : leaves) {
      Answer answer = ask(listener, leaf, deadline, patience);
      if (answer.kind == Answer::Kind::differs) return failed(Step::serve, std::move(answer.text));
      serves_all = serves_all && answer.kind == Answer::Kind::serves;
      if (serves_all) continue;
      silent += (silent.empty() ? "" : "; ") + answer.text;
      break;
    }
    if (serves_all) out.served_by.push_back(place_of(listener));
  }
  // One that nobody can reach is a fault to tell; with none that answers nothing is proved.
  if (!silent.empty() && out.served_by.empty()) return failed(Step::serve, std::move(silent));
  out.text = std::move(silent);
  if (!out.text.empty()) return out;
  if (out.served_by.empty()) out.text = fmt::format("{} has no listener that could be asked", title_of(*mta));
  return out;
}

Outcome deploy(const cert::Store& store, const cert::StoreLock& lock, int number,
               const std::vector<cert::Certificate>& leaves,
               const std::vector<cert::Certificate>& leaves_before, Mta* mta, const Patience& patience) {
  const auto before = store.make_live(lock, number);
  if (!before) {
    Outcome out = failed(Step::live, before.error().message());
    if (const auto links = store.links()) out.live = links->live;
    return out;
  }
  Outcome out =
      mta == nullptr ? prove(store, leaves, nullptr, patience) : take(store, leaves, *mta, patience);
  out.live = number;
  if (out.is_done()) return out;

  out.live = before->live;
  if (const auto back = store.put_back(lock, *before); !back) {
    out.not_back = back.error();
    out.live = number;
    return out;
  }
  // Postfix' new processes may have read the new files already, so it is reloaded whatever the step was.
  if (before->live && mta != nullptr && mta->is_running()) {
    const Outcome again = take(store, leaves_before, *mta, patience);
    if (!again.is_done()) out.not_back = base::Error{base::Errc::unavailable, again.text, {}};
  }
  return out;
}

}  // namespace tlsward::mta
