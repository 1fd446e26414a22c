#include "cli/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "report/findings.h"

namespace tlsward::cli {
namespace {

constexpr std::size_t much = std::size_t{256} << 10U;

}  // namespace

void Output::data(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= much) flush();
}

void Output::talk(std::string_view line) {
  write_all(talk_fd_, fmt::format("{}\n", line));
}

void Output::talk(const base::Findings& findings) {
  write_all(talk_fd_, report::render_findings_text(findings, report::wants_colour(talk_fd_)));
}

bool Output::data_in_colour() const {
  return report::wants_colour(data_fd_);
}

bool Output::write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool Output::flush() {
  if (error_ == 0 && !write_all(data_fd_, buffer_)) error_ = errno;
  buffer_.clear();
  return error_ == 0;
}

bool Output::pass(std::string_view text) {
  if (flush() && !write_all(data_fd_, text)) error_ = errno;
  return error_ == 0;
}

Exit Output::finish(Exit status) {
  if (flush()) return status;
  talk(base::from_errno(error_, "tlsward: cannot write to standard output").message());
  return Exit::cannot_write;
}

}  // namespace tlsward::cli
