// Owns the words for how far a conversation with a mail server came and how it went.
#ifndef TLSWARD_SMTP_VERDICT_H
#define TLSWARD_SMTP_VERDICT_H

#include <cstdint>
#include <string>
#include <string_view>

namespace tlsward::smtp {

/// The steps in their order: the one that failed, or `done`. With implicit TLS the handshake comes before the
/// banner; `verify` is the caller's.
enum class Step : std::uint8_t { resolve, connect, banner, ehlo, starttls, handshake, verify, done };

/// How it went. A script may rely on the names.
enum class Verdict : std::uint8_t {
  ok,
  dns_failed,            ///< the host's name has no address
  refused,               ///< nobody listens, or the server does not want us (4xx, 5xx)
  unreachable,           ///< no way to the address
  timeout,               ///< the time for the whole of it was up
  closed,                ///< the server hung up
  protocol_error,        ///< what came is not SMTP, or came when it must not
  no_starttls,           ///< STARTTLS is not offered
  starttls_unavailable,  ///< offered, and then refused: 454 is what a broken certificate looks like
  handshake_failed,      ///< no TLS session came to be
  local_error,           ///< this machine could not even try
};

/// "resolve", "connect", ...
std::string_view name_of(Step step);
/// "ok", "dns-failed", "no-starttls", ...
std::string_view name_of(Verdict verdict);

/// Why a step did not succeed. The text is printable.
struct Failure {
  Verdict verdict = Verdict::local_error;
  std::string text;
};

}  // namespace tlsward::smtp

#endif
