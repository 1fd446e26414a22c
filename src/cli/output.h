// Owns standard output and standard error: data on the one, talk on the other, and nothing lost in silence.
#ifndef TLSWARD_CLI_OUTPUT_H
#define TLSWARD_CLI_OUTPUT_H

#include <string>
#include <string_view>

#include "base/finding.h"
#include "cli/exit_codes.h"

namespace tlsward::cli {

/// Data gathers in memory and goes out at flush(), or earlier where there is much of it. One thread at a
/// time.
class Output {
 public:
  explicit Output(int data_fd = 1, int talk_fd = 2) : data_fd_(data_fd), talk_fd_(talk_fd) {}

  /// Data for a program or a person to read on.
  void data(std::string_view text);
  /// The buffer itself, for those who append a lot; they call flush() now and then.
  [[nodiscard]] std::string& buffer() { return buffer_; }
  /// Talk: errors, warnings, hints. A line feed is added.
  void talk(std::string_view line);
  /// Findings as talk, in colour where that is welcome.
  void talk(const base::Findings& findings);
  /// Whether data goes to a terminal that wants colour.
  [[nodiscard]] bool data_in_colour() const;

  /// Data that is not to be gathered: writes what has gathered, then this. False as with flush().
  bool pass(std::string_view text);

  /// Writes what has gathered. False once anything could not be written: nobody reads any more, or the disk
  /// is full.
  bool flush();
  /// Flushes; gives `status`, or cannot_write (told on standard error) where data was lost.
  Exit finish(Exit status);

 private:
  bool write_all(int fd, std::string_view text);

  int data_fd_;
  int talk_fd_;
  std::string buffer_;
  int error_ = 0;  ///< errno of the first failure on the data descriptor
};

}  // namespace tlsward::cli

#endif
