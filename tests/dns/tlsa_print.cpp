// Prints the TLSA record of a certificate as a line of a zone file: what tests/dns/records.test holds against
// openssl.
#include <cstdio>

#include "base/files.h"
#include "base/text.h"
#include "cert/tlsa.h"

int main(int argc, char** argv) {
  using namespace tlsward;
  if (argc != 8) {
    std::fputs("usage: tlsa_print HOST PORT USAGE SELECTOR MATCHING CERTIFICATE.der SPKI.der\n", stderr);
    return 64;
  }
  const auto number = [&argv](int at) { return base::parse_decimal(argv[at], 65535).value_or(0); };
  const auto der = base::read_file(argv[6], 1U << 20U);
  const auto spki = base::read_file(argv[7], 1U << 20U);
  if (!der || !spki) return 66;
  const auto byte = [&number](int at) { return static_cast<std::uint8_t>(number(at)); };
  const auto record = cert::tlsa_record(byte(3), byte(4), byte(5), {*der, *spki});
  if (!record) return 65;
  const auto line = cert::render_record(argv[1], static_cast<std::uint16_t>(number(2)),
                                        std::chrono::seconds(3600), *record);
  if (!line) return 65;
  std::puts(line->c_str());
  return 0;
}
