#include "support/certificates.h"

#include <cstdlib>
#include <iostream>

#include "base/files.h"
#include "support/temp_dir.h"

namespace tlsward::tests {
namespace {

const TempDir& folder() {
  static const TempDir made;
  static const bool is_filled = [] {
    const char* const top = std::getenv("TOP_SRCDIR");
    const std::string source = top == nullptr ? TLSWARD_TOP_SRCDIR : top;
    const std::string command =
        "python3 '" + source + "/tests/support/certificates.py' '" + made.path() + "'";
    if (std::system(command.c_str()) != 0) {
      std::cerr << "the certificates of the tests could not be made\n";
      std::exit(1);
    }
    return true;
  }();
  (void)is_filled;
  return made;
}

}  // namespace

std::string certificate_path(std::string_view name) {
  return folder().at(name);
}

std::string certificate_file(std::string_view name) {
  auto content = base::read_file(certificate_path(name), std::uint64_t{1} << 24U);
  if (!content) {
    std::cerr << content.error().message() << '\n';
    std::exit(1);
  }
  return *std::move(content);
}

}  // namespace tlsward::tests
