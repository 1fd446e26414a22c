// Owns the question what certificate a mail server serves: connect, greet, STARTTLS, handshake, chain.
#ifndef TLSWARD_SMTP_SERVED_H
#define TLSWARD_SMTP_SERVED_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "smtp/channel.h"
#include "smtp/tls_session.h"
#include "smtp/verdict.h"

namespace tlsward::smtp {

/// When TLS begins: by the STARTTLS command (RFC 3207) or with the first octet (RFC 8314).
enum class Security : std::uint8_t { starttls, smtps };

/// "starttls" or "smtps".
std::string_view name_of(Security security);

/// Whom to ask, and for what.
struct Target {
  std::string host;  ///< an address without brackets, or a name
  std::uint16_t port = 25;
  Security security = Security::starttls;
  std::string server_name;  ///< for the server name indication; empty or an address: none is sent
  KeyKind kind = KeyKind::any;
  std::string ehlo_name = "localhost";  ///< how we call ourselves: a name or an address literal
};

/// What came of it. `text` and the names are printable; the chain is what the server sent, unverified and
/// unparsed.
struct Outcome {
  Step step = Step::resolve;  ///< the one that failed, or `done`
  Verdict verdict = Verdict::local_error;
  std::string text;                ///< one sentence where the verdict is not `ok`
  std::string address;             ///< that was connected to; empty before
  std::vector<std::string> chain;  ///< DER, in the order of serving, leaf first
  TlsFacts tls;                    ///< empty before the handshake

  [[nodiscard]] bool is_ok() const { return verdict == Verdict::ok; }
  /// Whether somebody there speaks: it came past the banner (past the connection with implicit TLS).
  [[nodiscard]] bool was_answered() const;
};

/// Asks one server once. Nothing is verified: the caller compares. `deadline` ends all of it, the name server
/// alone may take a thread longer, which nobody waits for. What the server sends in the clear behind its
/// reply to STARTTLS is never read as if it came under TLS: that is `protocol-error` (RFC 3207 section 4.2).
/// Any thread.
Outcome fetch_served(const Target& target, Deadline deadline);

/// Asks again and again until the leaf served is this one (DER), at most until the deadline; gives the last
/// answer, of which the caller looks at the chain. A mail server takes up a new certificate in the
/// background, and processes of before may answer for a while.
Outcome await_served(const Target& target, std::string_view leaf, Deadline deadline);

}  // namespace tlsward::smtp

#endif
