// tlsward, the command of the TLS policy milter and certificate helper.
#include <csignal>
#include <exception>
#include <string>
#include <vector>

#include "cli/command.h"

int main(int argc, char** argv) {
  using namespace tlsward;
  // A reader that went away is an error of ours to tell (73), not a death by signal.
  std::signal(SIGPIPE, SIG_IGN);
  cli::Output out;
  try {
    return static_cast<int>(cli::run_command(std::vector<std::string>(argv + 1, argv + argc), out));
  } catch (const std::exception& e) {
    out.talk(std::string("tlsward: ") + e.what());
    return static_cast<int>(cli::Exit::try_later);
  }
}
