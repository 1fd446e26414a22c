// The fuzz target of the intake of certificates and keys, and of the judgement over what comes out.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cert/intake.h"
#include "cert/names.h"
#include "cert/verify.h"

namespace {

using namespace tlsward;

void check(bool holds) {
  if (!holds) std::abort();
}

void check_is_printable(const std::string& text) {
  check(base::first_bad_utf8(text) == std::string::npos &&
        text.find_first_of("\n\r\x1B") == std::string::npos);
}

/// What everybody relies on: bounded, printable, and what came out can be written and read again.
void check_material(const cert::Material& material) {
  check(material.certificates.size() <= cert::max_certificates && material.keys.size() <= cert::max_keys);
  check(!material.findings.empty() || !material.certificates.empty() || !material.keys.empty());
  for (const base::Finding& finding : material.findings) {
    check_is_printable(finding.text);
    check_is_printable(finding.hint);
    check(!finding.check.empty());
  }
  for (const cert::Certificate& certificate : material.certificates) {
    const auto again = cert::Certificate::from_der(certificate.der());
    check(bool(again) && *again == certificate);
    check_is_printable(cert::names_text(certificate));
    cert::match_name(certificate, "mx.example.org");
  }
  for (const cert::PrivateKey& key : material.keys) {
    const auto pem = key.pkcs8_pem();
    if (!pem) continue;
    std::vector<cert::Input> inputs;
    inputs.push_back({"again", base::Secret::copy_of(pem->view())});
    check(cert::read_material(std::move(inputs), {}).keys.size() == 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<cert::Input> inputs;
  inputs.push_back({"input", base::Secret::copy_of({reinterpret_cast<const char*>(data), size})});
  cert::Material material = cert::read_material(std::move(inputs), [](std::string_view /*what*/, bool again) {
    return again ? std::optional<base::Secret>() : base::Secret::copy_of("secret");
  });
  check_material(material);
  cert::VerifySettings settings;
  settings.at = std::chrono::sys_days(std::chrono::year(2026) / 6 / 1);
  settings.hostnames = {"mx.example.org"};
  const cert::Verified verified = cert::verify(std::move(material), settings);
  for (const base::Finding& finding : verified.findings) {
    check_is_printable(finding.text);
    check_is_printable(finding.hint);
  }
  return 0;
}
