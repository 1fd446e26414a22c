// tlswardd: the TLS policy milter.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "milter/daemon.h"

int main(int argc, char** argv) {
  try {
    return tlsward::milter::run_daemon(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "tlswardd: internal failure: %s\n", e.what());
  }
  return 70;
}
