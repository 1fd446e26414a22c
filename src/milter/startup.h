// Owns the way from the command line to a daemon that is ready: an ordered list of steps, each of which may
// end it.
#ifndef TLSWARD_MILTER_STARTUP_H
#define TLSWARD_MILTER_STARTUP_H

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "milter/arguments.h"
#include "milter/descriptor_guard.h"
#include "milter/endpoint.h"
#include "milter/exit_status.h"
#include "milter/gate.h"
#include "milter/list_loader.h"
#include "milter/listen_socket.h"
#include "milter/pid_file.h"
#include "milter/privileges.h"

namespace tlsward::milter {

/// What the steps have made by the time the daemon serves.
struct Prepared {
  Arguments arguments;
  conf::Config config;
  Endpoint endpoint;
  policy::LoadedList first_list;
  std::unique_ptr<base::Log> log;
  std::optional<User> user;  ///< to become; nothing when not started as root
  PidFile pid_file;
  std::optional<ListenSocket> socket;
  std::optional<Gate> gate;
  std::optional<DescriptorGuard> descriptors;
};

/// Does all steps in order. A status ends the program with it: --help and --check are done, or something is
/// wrong and has been told.
std::optional<ExitStatus> prepare_daemon(const std::vector<std::string>& words, Prepared& out);

}  // namespace tlsward::milter

#endif
