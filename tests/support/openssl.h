// Owns the asking of openssl and certtool for a second opinion.
#ifndef TLSWARD_TESTS_SUPPORT_OPENSSL_H
#define TLSWARD_TESTS_SUPPORT_OPENSSL_H

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace tlsward::tests {

/// What a shell command writes to its standard output, without ends of lines behind it.
inline std::string output_of(const std::string& command) {
  const auto close = [](FILE* pipe) { ::pclose(pipe); };
  const std::unique_ptr<FILE, decltype(close)> pipe(::popen(command.c_str(), "r"), close);
  std::string out;
  std::array<char, 4096> buffer{};
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
    out.append(buffer.data(), n);
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

}  // namespace tlsward::tests

#endif
