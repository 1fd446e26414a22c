#include "smtp/served.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "base/text.h"
#include "smtp/connection.h"

namespace tlsward::smtp {
namespace {

using Clock = std::chrono::steady_clock;

/// For the good-bye, when we have what we came for. A server without one gets an end of the connection, which
/// it logs as lost, and that is all the harm.
constexpr std::chrono::milliseconds farewell{500};

/// Of one question among many: a server that is silent once is asked again.
constexpr std::chrono::seconds one_try{10};
constexpr std::chrono::milliseconds first_pause{50};
constexpr std::chrono::milliseconds longest_pause{1000};

constexpr int ready = 220;
constexpr int fine = 250;

bool is_ehlo_name(std::string_view name) {
  const auto is_fine = [](char c) {
    const char small = base::lower(c);
    return base::is_digit(c) || (small >= 'a' && small <= 'z') || c == '.' || c == '-' || c == '_' ||
           c == ':' || c == '[' || c == ']';
  };
  return !name.empty() && name.size() <= 255 && std::all_of(name.begin(), name.end(), is_fine);
}

/// One conversation; each method is a step and notes itself in the outcome first.
class Conversation {
 public:
  Conversation(const Target& target, Deadline deadline) : target_(target), deadline_(deadline) {}

  Outcome hold() && {
    std::optional<Failure> failure = connect();
    if (!failure && target_.security == Security::starttls) failure = greet();
    if (!failure && target_.security == Security::starttls) failure = start_tls();
    if (!failure) failure = shake_hands();
    if (failure) {
      outcome_.verdict = failure->verdict;
      outcome_.text = std::move(failure->text);
    } else {
      outcome_.step = Step::done;
      outcome_.verdict = Verdict::ok;
    }
    say_good_bye();
    return std::move(outcome_);
  }

 private:
  std::optional<Failure> connect() {
    if (!is_ehlo_name(target_.ehlo_name))
      return Failure{Verdict::local_error, "the name for EHLO is neither a host name nor an address literal"};
    auto made = Connection::open(target_.host, target_.port, deadline_);
    outcome_.step = made.step;
    if (made.connection == nullptr) return std::move(made.failure);
    connection_ = std::move(made.connection);
    outcome_.address = connection_->address();
    return std::nullopt;
  }

  std::optional<Failure> greet() {
    Reply reply;
    outcome_.step = Step::banner;
    if (auto failure = read_reply(*connection_, reply, deadline_)) return failure;
    if (reply.code != ready) return unwanted(reply, "greeted us with");
    outcome_.step = Step::ehlo;
    if (auto failure = ask(*connection_, "EHLO " + target_.ehlo_name, reply, deadline_)) return failure;
    if (reply.code != fine) return unwanted(reply, "answered EHLO with");
    if (!reply.offers("STARTTLS")) {
      outcome_.step = Step::starttls;
      return Failure{Verdict::no_starttls, "the server does not offer STARTTLS"};
    }
    return std::nullopt;
  }

  std::optional<Failure> start_tls() {
    Reply reply;
    outcome_.step = Step::starttls;
    if (auto failure = ask(*connection_, "STARTTLS", reply, deadline_)) return failure;
    if (reply.code != ready) {
      return Failure{Verdict::starttls_unavailable,
                     fmt::format("the server answered STARTTLS with \"{}\"", reply.shown())};
    }
    // The server's turn comes after our first TLS message: whoever speaks now is not the server.
    if (connection_->has_unread()) {
      return Failure{
          Verdict::protocol_error,
          "something was sent in the clear behind the reply to STARTTLS: somebody may be injecting"};
    }
    return std::nullopt;
  }

  std::optional<Failure> shake_hands() {
    outcome_.step = Step::handshake;
    session_ = std::make_unique<TlsSession>(connection_->descriptor(), target_.server_name, target_.kind);
    auto failure = session_->shake_hands(deadline_);
    outcome_.chain = session_->chain();
    if (failure) {
      session_.reset();
      is_over_ = true;
      return failure;
    }
    outcome_.tls = session_->facts();
    if (outcome_.chain.empty()) return Failure{Verdict::handshake_failed, "the server sent no certificate"};
    return std::nullopt;
  }

  /// A refusal is an answer; what is neither yes nor no is not SMTP.
  static Failure unwanted(const Reply& reply, std::string_view how) {
    const bool is_refusal = reply.code >= 400;
    return {is_refusal ? Verdict::refused : Verdict::protocol_error,
            fmt::format("the server {} \"{}\"", how, reply.shown())};
  }

  void say_good_bye() {
    const bool speaks = outcome_.verdict == Verdict::ok || outcome_.verdict == Verdict::refused ||
                        outcome_.verdict == Verdict::no_starttls ||
                        outcome_.verdict == Verdict::starttls_unavailable;
    if (connection_ == nullptr || is_over_ || !speaks) return;
    const Deadline soon = std::min(deadline_, Clock::now() + farewell);
    Channel& channel = session_ ? static_cast<Channel&>(*session_) : *connection_;
    Reply reply;
    // With implicit TLS the greeting is still to come, and a command before it would be a breach.
    if (session_ && target_.security == Security::smtps && read_reply(channel, reply, soon)) return;
    static_cast<void>(ask(channel, "QUIT", reply, soon));
  }

  const Target& target_;
  Deadline deadline_;
  Outcome outcome_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<TlsSession> session_;  // goes before the socket it uses
  bool is_over_ = false;
};

}  // namespace

std::string_view name_of(Security security) {
  return security == Security::starttls ? "starttls" : "smtps";
}

bool Outcome::was_answered() const {
  return step > Step::banner || (step == Step::banner && verdict == Verdict::refused);
}

Outcome fetch_served(const Target& target, Deadline deadline) {
  return Conversation(target, deadline).hold();
}

Outcome await_served(const Target& target, std::string_view leaf, Deadline deadline) {
  std::chrono::milliseconds pause = first_pause;
  for (;;) {
    Outcome outcome = fetch_served(target, std::min<Deadline>(deadline, Clock::now() + one_try));
    const bool is_served = outcome.is_ok() && outcome.chain.front() == leaf;
    if (is_served || Clock::now() + pause >= deadline) return outcome;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, longest_pause);
  }
}

}  // namespace tlsward::smtp
