#include "base/log.h"

#include "build_config.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/uio.h>
#include <syslog.h>
#include <unistd.h>

#ifdef HAVE_SYSTEMD
// Without this the journal would name this file as the place of every line.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>
#endif

#include <cerrno>

#include "base/clock.h"
#include "base/files.h"

namespace tlsward::base {
namespace {

int syslog_priority(LogLevel level) {
  switch (level) {
    case LogLevel::error: return LOG_ERR;
    case LogLevel::warning: return LOG_WARNING;
    case LogLevel::info: return LOG_INFO;
    case LogLevel::debug: return LOG_DEBUG;
  }
  return LOG_ERR;
}

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::error: return "error";
    case LogLevel::warning: return "warning";
    case LogLevel::info: return "info";
    case LogLevel::debug: return "debug";
  }
  return "error";
}

class SyslogLog final : public Log {
 public:
  SyslogLog(LogLevel threshold, std::string identity) : Log(threshold), identity_(std::move(identity)) {
    ::openlog(identity_.c_str(), LOG_PID | LOG_NDELAY, LOG_MAIL);
  }
  ~SyslogLog() override { ::closelog(); }

 private:
  void put(LogLevel level, std::string_view line, const LogFields& /*fields*/) override {
    ::syslog(LOG_MAIL | syslog_priority(level), "%.*s", static_cast<int>(line.size()), line.data());
  }
  std::string identity_;  // openlog keeps the pointer
};

/// A file or standard error: one write a line, so that lines of several threads never mix.
class StreamLog final : public Log {
 public:
  StreamLog(LogLevel threshold, Descriptor file, std::string identity)
      : Log(threshold), file_(std::move(file)), identity_(std::move(identity)) {}

 private:
  void put(LogLevel level, std::string_view line, const LogFields& /*fields*/) override {
    const std::string out = fmt::format("{} {}[{}]: {}: {}\n", render_time(now()), identity_, ::getpid(),
                                        level_name(level), line);
    while (::write(file_.is_open() ? file_.get() : STDERR_FILENO, out.data(), out.size()) < 0 &&
           errno == EINTR) {
    }
  }
  Descriptor file_;
  std::string identity_;
};

#ifdef HAVE_SYSTEMD
class JournalLog final : public Log {
 public:
  JournalLog(LogLevel threshold, std::string identity) : Log(threshold), identity_(std::move(identity)) {}

 private:
  void put(LogLevel level, std::string_view line, const LogFields& fields) override {
    std::vector<std::string> entries{
        fmt::format("MESSAGE={}", line), fmt::format("PRIORITY={}", syslog_priority(level)),
        fmt::format("SYSLOG_FACILITY={}", LOG_MAIL >> 3), fmt::format("SYSLOG_IDENTIFIER={}", identity_)};
    for (const auto& [name, value] : fields) entries.push_back(fmt::format("{}={}", name, value));
    std::vector<iovec> parts;
    parts.reserve(entries.size());
    for (std::string& entry : entries) parts.push_back(iovec{entry.data(), entry.size()});
    ::sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
  }
  std::string identity_;
};
#endif

[[maybe_unused]] bool journal_runs() {
  return ::access("/run/systemd/journal/socket", W_OK) == 0;
}

}  // namespace

void Log::write(LogLevel level, std::string_view line, const LogFields& fields) noexcept {
  if (!takes(level)) return;
  try {
    put(level, line, fields);
  } catch (...) {  // NOLINT(bugprone-empty-catch): a log that cannot be written must not stop mail
  }
}

Result<std::unique_ptr<Log>> open_log(const std::string& where, LogLevel threshold,
                                      const std::string& identity) {
#ifdef HAVE_SYSTEMD
  if (where == "journal" || (where == "auto" && journal_runs()))
    return std::unique_ptr<Log>(std::make_unique<JournalLog>(threshold, identity));
#else
  if (where == "journal") {
    return Error{Errc::config, "this build cannot write to the journal: use log = syslog, stderr or a file",
                 "log"};
  }
#endif
  if (where == "syslog" || where == "auto")
    return std::unique_ptr<Log>(std::make_unique<SyslogLog>(threshold, identity));
  if (where == "stderr")
    return std::unique_ptr<Log>(std::make_unique<StreamLog>(threshold, Descriptor(), identity));
  Descriptor file(::open(where.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640));
  if (!file.is_open()) return from_errno(errno, "cannot open the log", where);
  return std::unique_ptr<Log>(std::make_unique<StreamLog>(threshold, std::move(file), identity));
}

}  // namespace tlsward::base
