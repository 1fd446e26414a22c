// Owns the client's side of a TLS session with a mail server, by GnuTLS over a socket that somebody else
// holds.
#ifndef TLSWARD_SMTP_TLS_SESSION_H
#define TLSWARD_SMTP_TLS_SESSION_H

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtp/channel.h"
#include "smtp/verdict.h"

namespace tlsward::smtp {

/// Which of a server's identities is asked for: only signatures of this kind are offered to it.
enum class KeyKind : std::uint8_t { any, rsa, ecdsa, ed25519 };

/// "any", "rsa", "ecdsa" or "ed25519".
std::string_view name_of(KeyKind kind);

/// What a session came to be.
struct TlsFacts {
  std::string protocol;      ///< "TLSv1.3"
  std::string cipher;        ///< "TLS_AES_256_GCM_SHA384"
  std::string key_exchange;  ///< "ECDHE-ECDSA X25519"; the group where there is one
};

/// A TLS 1.2 or 1.3 session. The certificate is **not** verified here: nothing that comes over it may be
/// trusted, it shows what the server serves.
class TlsSession : public Channel {
 public:
  /// A session over `descriptor`, which must not block and must outlive this. `server_name` goes into the
  /// server name indication unless it is empty or an address (RFC 6066 section 3).
  TlsSession(int descriptor, const std::string& server_name, KeyKind kind);
  ~TlsSession() override;

  /// A failure is `timeout`, `handshake-failed` or `local-error`; `chain` may have been learned all the same.
  std::optional<Failure> shake_hands(Deadline deadline);
  /// The certificates as served, leaf first, each DER.
  [[nodiscard]] std::vector<std::string> chain() const;
  /// After the handshake.
  [[nodiscard]] TlsFacts facts() const;

  std::optional<Failure> receive(std::string_view& octets, Deadline deadline) override;
  std::optional<Failure> send(std::string_view octets, Deadline deadline) override;

 private:
  struct Handles;
  /// Waits for what GnuTLS waits for, when `rc` says that it does; otherwise tells the failure.
  std::optional<Failure> wait_or_fail(int rc, Verdict verdict, std::string_view doing, Deadline deadline);

  int descriptor_;
  std::unique_ptr<Handles> handles_;
  int alerts_ = 0;  ///< warnings so far; a server must not hold us with them
  std::array<char, 4096> buffer_{};
};

}  // namespace tlsward::smtp

#endif
