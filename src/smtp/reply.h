// Owns the replies of a mail server: octets to reply, within bounds, without knowing a socket.
#ifndef TLSWARD_SMTP_REPLY_H
#define TLSWARD_SMTP_REPLY_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tlsward::smtp {

/// One reply, of one line or many. RFC 5321 section 4.2.
struct Reply {
  int code = 0;                    ///< 200 to 599
  std::vector<std::string> lines;  ///< the text behind the code of each line, as it came

  /// Code and text of all lines, printable and cut: "454 4.7.0 TLS not available".
  [[nodiscard]] std::string shown() const;
  /// Whether a reply to EHLO offers this extension ("STARTTLS"), in any case. The first line greets and
  /// offers nothing.
  [[nodiscard]] bool offers(std::string_view keyword) const;
};

/// Puts a reply together from what the network brings. A server that sends without end is caught by the
/// bounds: RFC 5321 section 4.5.3.1.5 allows lines of 512 octets, real servers send some more.
class ReplyReader {
 public:
  static constexpr std::size_t max_line = 2048;  ///< octets, line end included
  static constexpr std::size_t max_lines = 200;

  enum class State : std::uint8_t {
    incomplete,
    complete,
    broken,  ///< what came is no reply, or breaks a bound: `problem` says which
  };

  /// Takes octets. Once the state is not `incomplete` it stays, and what comes further is only counted as
  /// left over.
  State take(std::string_view octets);

  [[nodiscard]] const Reply& reply() const { return reply_; }
  /// How many octets came behind the complete reply. The server was not asked for them: nothing may read
  /// them as an answer to what is said next (RFC 3207 section 4.2).
  [[nodiscard]] std::size_t left_over() const { return left_over_; }
  /// With `broken`: one sentence, printable.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  State take_line(std::string_view line);
  State fail(std::string problem);

  State state_ = State::incomplete;
  std::string line_;
  Reply reply_;
  std::string problem_;
  std::size_t left_over_ = 0;
};

}  // namespace tlsward::smtp

#endif
