// Owns the seam between what is said to a mail server and what carries it: a socket, or TLS over one.
#ifndef TLSWARD_SMTP_CHANNEL_H
#define TLSWARD_SMTP_CHANNEL_H

#include <chrono>
#include <optional>
#include <string_view>

#include "smtp/reply.h"
#include "smtp/verdict.h"

namespace tlsward::smtp {

/// The one end of the whole of an address: a limit for each read would let a server that sends an octet now
/// and then hold us for ever.
using Deadline = std::chrono::steady_clock::time_point;

/// Octets to and from a server. One thread.
class Channel {
 public:
  Channel() = default;
  virtual ~Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// What came, at least one octet: a view that holds until the next call. A failure is `timeout`, `closed`
  /// or what the carrier says.
  virtual std::optional<Failure> receive(std::string_view& octets, Deadline deadline) = 0;
  /// Sends all of it.
  virtual std::optional<Failure> send(std::string_view octets, Deadline deadline) = 0;
};

/// Waits for one reply and for nothing behind it: octets that came with it are a `protocol-error`, as the
/// server speaks only when it is asked.
std::optional<Failure> read_reply(Channel& channel, Reply& reply, Deadline deadline);

/// Sends a command (without its line end, which is added) and reads its reply. The command must hold no line
/// end.
std::optional<Failure> ask(Channel& channel, std::string_view command, Reply& reply, Deadline deadline);

/// Waits until the descriptor can be read (or written), or the deadline. A failure is `timeout` or
/// `local-error`.
std::optional<Failure> wait_for(int descriptor, bool to_write, Deadline deadline);

}  // namespace tlsward::smtp

#endif
