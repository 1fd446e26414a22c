// Owns a connection in the clear to a mail server: found, made and closed by libcurl.
#ifndef TLSWARD_SMTP_CONNECTION_H
#define TLSWARD_SMTP_CONNECTION_H

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "smtp/channel.h"
#include "smtp/verdict.h"

namespace tlsward::smtp {

/// A TCP connection. libcurl looks the name up, tries its addresses, and keeps the socket; proxies named in
/// the environment are ignored. It could say the greeting and EHLO too, but it drops unseen what a server
/// sends behind a reply, cuts long lines in silence, and falls back to HELO, so the dialogue is ours.
class Connection : public Channel {
 public:
  /// What came of trying.
  struct Attempt {
    std::unique_ptr<Connection> connection;  ///< null: there is none
    Step step = Step::connect;               ///< with none: resolve or connect
    Failure failure;                         ///< with none: why
  };

  /// `host` is an address without brackets or a name of letters, digits, dots, hyphens and underscores.
  static Attempt open(const std::string& host, std::uint16_t port, Deadline deadline);

  ~Connection() override;
  std::optional<Failure> receive(std::string_view& octets, Deadline deadline) override;
  std::optional<Failure> send(std::string_view octets, Deadline deadline) override;

  /// The socket, not blocking; it stays this object's.
  [[nodiscard]] int descriptor() const;
  /// The address that answered: "192.0.2.1", "2001:db8::1".
  [[nodiscard]] const std::string& address() const;
  /// Whether octets wait to be read now.
  [[nodiscard]] bool has_unread() const;

 private:
  struct Handle;
  explicit Connection(std::unique_ptr<Handle> handle);

  std::unique_ptr<Handle> handle_;
  std::array<char, 4096> buffer_{};
};

}  // namespace tlsward::smtp

#endif
