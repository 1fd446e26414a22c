// Owns where log lines go: the journal, syslog, standard error or a file. One event a line.
#ifndef TLSWARD_BASE_LOG_H
#define TLSWARD_BASE_LOG_H

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tlsward::base {

enum class LogLevel : std::uint8_t { error, warning, info, debug };

/// Further fields of one line for a journal that takes them: upper-case name, value as it came (the journal
/// is binary-safe).
using LogFields = std::vector<std::pair<std::string, std::string>>;

/// Takes log lines. `write` may be called from any thread, never throws, and never blocks mail for a full
/// disk: what cannot be written is lost. Lines must be printable (base::printable) before they come here.
class Log {
 public:
  virtual ~Log() = default;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void write(LogLevel level, std::string_view line, const LogFields& fields = {}) noexcept;
  void error(std::string_view line) noexcept { write(LogLevel::error, line); }
  void warning(std::string_view line) noexcept { write(LogLevel::warning, line); }
  void info(std::string_view line) noexcept { write(LogLevel::info, line); }
  void debug(std::string_view line) noexcept { write(LogLevel::debug, line); }
  /// Whether a line of this level would be written: spare the work of making one that would not.
  [[nodiscard]] bool takes(LogLevel level) const { return level <= threshold_; }

 protected:
  explicit Log(LogLevel threshold) : threshold_(threshold) {}

 private:
  virtual void put(LogLevel level, std::string_view line, const LogFields& fields) = 0;
  LogLevel threshold_;
};

/// Opens the log that `where` names: "journal", "syslog" (facility mail), "stderr" or a file's path
/// (appended, 0640). "auto" is the journal where one runs and this build can, else syslog. Errors: config
/// (this build has no journal), and what opening the file says.
Result<std::unique_ptr<Log>> open_log(const std::string& where, LogLevel threshold,
                                      const std::string& identity);

}  // namespace tlsward::base

#endif
