#include "milter/list_loader.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>

#include "base/clock.h"
#include "milter/log_line.h"
#include "milter/notify.h"
#include "policy/list_source.h"

namespace tlsward::milter {
namespace {

using base::LogLevel;
using base::Severity;
using std::chrono::steady_clock;

/// Folders that are gone are looked for so often.
constexpr std::chrono::milliseconds missing_folder_retry{1000};

/// The old list is held for a moment by sessions that look into it: the loader waits for them, so that
/// freeing millions of rules never falls to a session.
constexpr std::chrono::seconds longest_look_up{10};

LogLevel level_of(Severity severity) {
  switch (severity) {
    case Severity::error: return LogLevel::error;
    case Severity::warning: return LogLevel::warning;
    case Severity::info: return LogLevel::info;
  }
  return LogLevel::error;
}

void log_findings(base::Log& log, const base::Findings& findings, Severity least) {
  std::size_t told = 0;
  std::size_t left = 0;
  for (const base::Finding& finding : findings) {
    if (finding.severity < least) continue;
    if (told == max_logged_findings) {
      ++left;
      continue;
    }
    ++told;
    log.write(level_of(finding.severity), render_finding_line(finding));
  }
  if (left != 0)
    log.write(level_of(least), fmt::format("... and {} more findings: run tlsward access check", left));
}

void free_when_unused(std::shared_ptr<const policy::AccessList> list) {
  const auto end = steady_clock::now() + longest_look_up;
  while (list.use_count() > 1 && steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  list.reset();
}

}  // namespace

std::string render_finding_line(const base::Finding& finding) {
  std::string out = finding.file;
  if (finding.line != 0) fmt::format_to(std::back_inserter(out), ":{}", finding.line);
  if (finding.column != 0) fmt::format_to(std::back_inserter(out), ":{}", finding.column);
  fmt::format_to(std::back_inserter(out), ": {}: {} [{}]", base::severity_name(finding.severity),
                 finding.text, finding.check);
  if (!finding.hint.empty()) fmt::format_to(std::back_inserter(out), " (hint: {})", finding.hint);
  return out;
}

ListLoader::ListLoader(LoaderSettings settings, ListSlot& slot, base::Log& log)
    : settings_(std::move(settings)), slot_(slot), log_(log) {
  state_.pid = ::getpid();
}

ListLoader::~ListLoader() {
  stop();
}

void ListLoader::put_first(policy::LoadedList&& loaded) {
  state_ = after_load(std::move(state_), loaded, base::now());
  auto watch = FolderWatch::make();
  if (watch) {
    watch_ = *std::move(watch);
    watch_->set(loaded.folders, loaded.files);
  } else {
    log_.warning(
        fmt::format("{}: changes of the access list are taken at SIGUSR1 only", watch.error().message()));
  }
  free_when_unused(slot_.swap(std::move(loaded.list)));
  write_state();
}

base::Status ListLoader::start() {
  commands_ = base::Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!commands_.is_open()) return base::from_errno(errno, "cannot make an eventfd");
  thread_ = std::thread([this] {
    try {
      run();
    } catch (const std::exception& e) {
      log_.error(fmt::format(
          "the loader of the access list failed, the list is not reloaded any more: restart tlswardd ({})",
          e.what()));
    }
  });
  return base::Done{};
}

void ListLoader::stop() {
  if (!thread_.joinable()) return;
  command(stop_command);
  thread_.join();
}

void ListLoader::command(std::uint64_t what) noexcept {
  const auto written = ::write(commands_.get(), &what, sizeof what);
  static_cast<void>(written);
}

void ListLoader::run() {
  for (;;) {
    std::array<pollfd, 2> ready{
        {{commands_.get(), POLLIN, 0}, {watch_ ? watch_->descriptor() : -1, POLLIN, 0}}};
    const int rc = ::poll(ready.data(), ready.size(), poll_timeout());
    if (rc < 0 && errno != EINTR) throw std::runtime_error(base::from_errno(errno, "poll").text);
    std::uint64_t what = 0;
    if (::read(commands_.get(), &what, sizeof what) < 0) what = 0;
    if (what >= stop_command) return;
    if (watch_) note_changes();
    if (what != 0) {
      reload(Cause::request);
    } else if (quiet_at_ && steady_clock::now() >= *quiet_at_) {
      reload(Cause::change);
    }
  }
}

void ListLoader::note_changes() {
  Change seen = watch_->drain();
  if (watch_->has_missing() && watch_->retry_missing()) seen = Change::changed;
  if (seen == Change::nothing || (seen == Change::busy && !quiet_at_)) return;
  const auto now = steady_clock::now();
  if (!quiet_at_) latest_at_ = now + longest_wait;
  quiet_at_ = std::min(now + quiet_time, latest_at_);
}

int ListLoader::poll_timeout() const {
  auto wait = std::chrono::milliseconds(-1);
  if (watch_ && watch_->has_missing()) wait = missing_folder_retry;
  if (quiet_at_) {
    const auto rest = std::max(std::chrono::ceil<std::chrono::milliseconds>(*quiet_at_ - steady_clock::now()),
                               std::chrono::milliseconds(0));
    wait = wait.count() < 0 ? rest : std::min(wait, rest);
  }
  return static_cast<int>(wait.count());
}

void ListLoader::reload(Cause cause) {
  quiet_at_.reset();
  notify_reloading();
  policy::LoadOptions options = settings_.load;
  options.now = base::now();
  policy::LoadedList loaded = policy::load_access_list(policy::FileSource(), settings_.path, options);
  if (watch_) watch_->set(loaded.folders, loaded.files);
  if (loaded.list != nullptr) {
    take_good(std::move(loaded), cause);
  } else {
    tell_bad(loaded, cause);
  }
  notify_ready(settings_.ready_status);
}

void ListLoader::take_good(policy::LoadedList&& loaded, Cause cause) {
  const bool is_same = loaded.sha256 == state_.sha256;
  // Some other file in the same folder: nothing to tell.
  if (cause == Cause::change && is_same && !state_.error) return;
  const bool is_mended = state_.error.has_value();
  bad_sha256_.clear();
  state_ = after_load(std::move(state_), loaded, base::now());
  free_when_unused(slot_.swap(std::move(loaded.list)));
  log_.write(LogLevel::info,
             fmt::format("access list {}: {} rules, sha256 {}{}",
                         is_same ? "read again, unchanged" : "reloaded", state_.rules,
                         state_.sha256.substr(0, 12), is_mended ? "; the error of before is gone" : ""),
             {{"MESSAGE_ID", std::string(message_id::reloaded)}});
  log_findings(log_, loaded.findings, Severity::warning);
  write_state();
}

void ListLoader::tell_bad(const policy::LoadedList& loaded, Cause cause) {
  const std::string before = state_.error.value_or(std::string());
  state_ = after_load(std::move(state_), loaded, base::now());
  const bool is_told = cause == Cause::change && before == state_.error && bad_sha256_ == loaded.sha256;
  if (!is_told) {
    bad_sha256_ = loaded.sha256;
    log_.write(
        LogLevel::error,
        fmt::format(
            "the access list has errors and is not taken; the one of {} ({} rules) stays in force: mend {}",
            base::render_time(state_.loaded_at), state_.rules, settings_.path),
        {{"MESSAGE_ID", std::string(message_id::reload_failed)}});
    log_findings(log_, loaded.findings, Severity::error);
  }
  write_state();
}

void ListLoader::write_state() {
  if (const auto written = write_list_state(settings_.state_dir, state_); !written) {
    log_.warning(
        fmt::format("{}: tlsward access reload cannot see what is in force", written.error().message()));
  }
}

}  // namespace tlsward::milter
