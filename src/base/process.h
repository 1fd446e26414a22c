// Owns running another program: no shell, a known environment, bounded output, and an end by a deadline.
#ifndef TLSWARD_BASE_PROCESS_H
#define TLSWARD_BASE_PROCESS_H

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tlsward::base {

/// A program to run, and what it may take. Nothing of it is read by a shell.
struct Command {
  std::vector<std::string> argv;         ///< the first is the program's absolute path
  std::string input;                     ///< its whole standard input, at most `max_input` octets
  std::vector<std::string> environment;  ///< "NAME=value", on top of PATH and LC_ALL=C and nothing else
  std::chrono::milliseconds time_limit{30000};
  std::size_t max_output = std::size_t{1} << 20U;  ///< octets kept of each of the two outputs

  static constexpr std::size_t max_input = 4096;  ///< what a pipe holds for sure, so that nobody waits
};

/// How a program ended. What it said is text from outside: `printable` before it is shown.
struct Ended {
  int status = 0;  ///< its exit status; 128 and the signal's number where a signal ended it
  std::string output;
  std::string error_output;
  bool is_cut = false;  ///< it said more than `max_output`; the rest was read and dropped

  [[nodiscard]] bool succeeded() const { return status == 0; }
};

/// Runs a program and waits for its end. It gets its own process group, the signals as they are by default,
/// and no descriptor of ours but the three standard ones. A descendant that lives on (a daemon) is not waited
/// for. Errors: missing and permission (the program), range (too much input), io; unavailable when the time
/// was up, with the whole process group killed. Any thread; not for a process that ignores SIGCHLD.
Result<Ended> run_command(const Command& command);

/// The first of `folders` that has an executable file of this name, as a path; empty where none has.
std::string find_program(std::string_view name, const std::vector<std::string>& folders);

/// Where programs of the system are: sbin before bin, /usr/local last.
std::vector<std::string> program_folders();

/// The last line that says something of what a program said (its errors first), printable and cut: what a
/// message quotes.
std::string last_words(const Ended& ended);

}  // namespace tlsward::base

#endif
