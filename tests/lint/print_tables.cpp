// Prints the tables that the manual pages are held against: checks, keys, verbs with their options, exit
// statuses.
#include <fmt/format.h>

#include <initializer_list>
#include <string>

#include "base/finding.h"
#include "cert/checks.h"
#include "cli/command.h"
#include "conf/checks.h"
#include "conf/option_table.h"
#include "policy/checks.h"
#include "policy/convert_log.h"

namespace {

using namespace tlsward;

template <class Checks>
void print_checks(std::string_view kind, const Checks& checks) {
  for (const auto& info : checks)
    fmt::print("{} {} {}\n", kind, info.name, base::severity_name(info.severity));
}

void print_verbs() {
  for (const cli::Verb* verb : cli::all_verbs()) {
    fmt::print("verb {}\n", verb->name);
    for (const cli::OptionSpec& option : verb->options)
      fmt::print("option {}: {} {}\n", verb->name, option.name, option.value_name);
  }
  for (const cli::OptionSpec& option : cli::common_options())
    fmt::print("option every verb: {} {}\n", option.name, option.value_name);
}

void print_exits() {
  using cli::Exit;
  // A switch without a default: the compiler says which status is missing here.
  for (int status = 0; status < 128; ++status) {
    switch (static_cast<Exit>(status)) {
      case Exit::yes:
      case Exit::no:
      case Exit::usage:
      case Exit::data:
      case Exit::no_input:
      case Exit::unavailable:
      case Exit::cannot_write:
      case Exit::try_later:
      case Exit::no_permission:
      case Exit::config: fmt::print("exit {}\n", status);
    }
  }
}

}  // namespace

int main() {
  print_checks("access-check", policy::all_checks());
  print_checks("conf-check", conf::all_checks);
  print_checks("convert-check", policy::all_convert_checks);
  print_checks("cert-check", cert::all_checks);
  for (const conf::OptionInfo& option : conf::all_options()) {
    fmt::print("key {} {} {} {}\n", option.key, option.use == conf::OptionUse::later ? "later" : "now",
               option.value_name, option.default_value);
  }
  print_verbs();
  print_exits();
}
