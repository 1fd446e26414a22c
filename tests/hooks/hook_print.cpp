// Stands in for tlsward in the tests of renewal hooks: adds what it understood of its call to the file
// RECORD, a line of JSON a call.
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cert/hook.h"

int main(int argc, char** argv) {
  using namespace tlsward::cert;
  const char* record = std::getenv("RECORD");
  if (record == nullptr || argc < 3 || std::string(argv[1]) != "cert" || std::string(argv[2]) != "hook")
    return 64;
  Environment environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    environment.emplace(text.substr(0, text.find('=')),
                        text.substr(std::min(text.find('=') + 1, text.size())));
  }
  char** const words = argv + (argc > 3 && std::string(argv[3]) == "--" ? 4 : 3);
  const auto call = read_hook_call(environment, std::vector<std::string>(words, argv + argc));
  nlohmann::json out;
  if (!call) {
    out = {{"error", call.error().message()}};
  } else {
    out = {{"caller", hook_caller_name(call->caller)},
           {"deploy", call->work == HookCall::Work::deploy},
           {"operation", call->operation},
           {"names", call->names},
           {"has_all_names", call->has_all_names},
           {"files", nlohmann::json::array()}};
    for (const HookFile& file : call->files) out["files"].push_back({file.path, file.may_be_missing});
  }
  std::ofstream(record, std::ios::app) << out.dump() << '\n';
  return call ? 0 : 78;
}
