#include "milter/notify.h"

#include "build_config.h"

#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

#include <ctime>
#include <string>

#include <fmt/format.h>

namespace tlsward::milter {

#ifdef HAVE_SYSTEMD
namespace {

void send(const std::string& message) noexcept {
  ::sd_notify(0, message.c_str());
}

/// What systemd 253 and newer want beside RELOADING=1.
std::uint64_t monotonic_microseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

}  // namespace

void notify_ready(std::string_view status) noexcept {
  send(fmt::format("READY=1\nSTATUS={}", status));
}
void notify_reloading() noexcept {
  send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", monotonic_microseconds()));
}
void notify_stopping(std::string_view status) noexcept {
  send(fmt::format("STOPPING=1\nSTATUS={}", status));
}
void notify_alive() noexcept {
  send("WATCHDOG=1");
}

std::optional<std::chrono::milliseconds> watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (::sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds(microseconds)) / 2;
}
#else
void notify_ready(std::string_view /*status*/) noexcept {}
void notify_reloading() noexcept {}
void notify_stopping(std::string_view /*status*/) noexcept {}
void notify_alive() noexcept {}
std::optional<std::chrono::milliseconds> watchdog_interval() {
  return std::nullopt;
}
#endif

}  // namespace tlsward::milter
