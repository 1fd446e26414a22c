// Owns the certificates of the tests: made once for a test program, gone with it.
#ifndef TLSWARD_TESTS_SUPPORT_CERTIFICATES_H
#define TLSWARD_TESTS_SUPPORT_CERTIFICATES_H

#include <chrono>
#include <string>
#include <string_view>

namespace tlsward::tests {

/// The time that all of them are made for: 2026-06-01.
inline constexpr std::chrono::sys_seconds certificate_time =
    std::chrono::sys_days{std::chrono::year{2026} / 6 / 1};

/// The passphrase of what is encrypted.
inline constexpr std::string_view certificate_passphrase = "correct horse";

/// The path of one of the files that tests/support/certificates.py makes; the first call makes them all.
/// Ends the program if that fails: openssl or certtool is missing.
std::string certificate_path(std::string_view name);

/// Its content.
std::string certificate_file(std::string_view name);

}  // namespace tlsward::tests

#endif
