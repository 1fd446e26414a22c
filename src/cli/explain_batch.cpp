#include "cli/explain_batch.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "cli/batch_answers.h"
#include "cli/plain_v4.h"

namespace tlsward::cli {
namespace {

// Small enough that the blocks do not drive the access list out of the processor's caches.
constexpr std::size_t block_bytes = std::size_t{64} << 10U;
constexpr std::size_t output_bytes = std::size_t{128} << 10U;

/// Cuts a descriptor's bytes into lines. A line of any length takes no more memory than a block.
class Lines {
 public:
  explicit Lines(int fd) : fd_(fd), block_(block_bytes + line_slack, '\0') {}

  /// Gives all whole lines of the next block to `take(line, number)`, the last one also without its line
  /// feed. False at the end, or on an error (see error()).
  template <class F>
  bool next_block(F&& take) {
    if (at_end_) return false;
    const ssize_t n = ::read(fd_, block_.data() + kept_, block_bytes - kept_);
    if (n < 0 && errno == EINTR) return true;
    if (n < 0) {
      error_ = errno;
      return false;
    }
    at_end_ = n == 0;
    std::string_view text(block_.data(), kept_ + static_cast<std::size_t>(n));
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      give(text.substr(0, end), take);
      text.remove_prefix(end + 1);
    }
    if (at_end_ && (!text.empty() || in_long_line_)) give(text, take);
    if (text.size() == block_bytes) {
      // A line that fills the block is too long for anybody; its length is all that counts, so the rest is
      // let go.
      in_long_line_ = true;
      text = {};
    }
    kept_ = text.size();
    if (kept_ != 0) std::memmove(block_.data(), text.data(), kept_);
    return true;
  }

  [[nodiscard]] int error() const { return error_; }

 private:
  template <class F>
  void give(std::string_view line, F& take) {
    take(in_long_line_ ? std::string_view(long_line_) : line, ++number_);
    in_long_line_ = false;
  }

  int fd_;
  std::string block_;
  std::string long_line_ = std::string(max_batch_line + 1, '?');
  std::size_t kept_ = 0;
  std::uint64_t number_ = 0;
  bool in_long_line_ = false;
  bool at_end_ = false;
  int error_ = 0;
};

}  // namespace

Exit explain_batch(const policy::AccessList& list, const policy::Session& session,
                   const policy::Settings& settings, policy::Seconds at, int input_fd, Output& out) {
  BatchAnswers answers(list, session, settings, at);
  Lines lines(input_fd);
  bool all_good = true;
  bool is_read = true;
  const auto pass_on = [&] {
    is_read = out.pass(answers.text());
    answers.clear();
  };
  while (is_read && lines.next_block([&](std::string_view line, std::uint64_t number) {
    all_good &= answers.answer(line, number);
    if (answers.text().size() >= output_bytes) pass_on();
  })) {
    // What was answered goes out before we wait for more: another program may be waiting for it.
    pass_on();
  }
  if (!is_read) return Exit::cannot_write;
  if (lines.error() != 0) {
    out.talk(base::from_errno(lines.error(), "tlsward access explain: cannot read standard input").message());
    return Exit::no_input;
  }
  return all_good ? Exit::yes : Exit::data;
}

}  // namespace tlsward::cli
