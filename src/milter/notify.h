// Owns what the service manager is told (sd_notify(3)). Without systemd all of it does nothing.
#ifndef TLSWARD_MILTER_NOTIFY_H
#define TLSWARD_MILTER_NOTIFY_H

#include <chrono>
#include <optional>
#include <string_view>

namespace tlsward::milter {

/// READY=1 with a status line.
void notify_ready(std::string_view status) noexcept;
/// RELOADING=1; `notify_ready` ends it.
void notify_reloading() noexcept;
/// STOPPING=1.
void notify_stopping(std::string_view status) noexcept;
/// WATCHDOG=1.
void notify_alive() noexcept;
/// How often to call `notify_alive`: half of what the service manager allows. Nothing: it does not ask.
/// Before the first thread.
std::optional<std::chrono::milliseconds> watchdog_interval();

}  // namespace tlsward::milter

#endif
