#include "cert/collector.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "cert/public_key.h"

namespace tlsward::cert {
namespace {

constexpr std::size_t max_findings = 50;
/// Broken keys and wrong ones cost as much as good ones.
constexpr std::size_t max_key_attempts = 4 * max_keys;

}  // namespace

void Collector::find(Check check, const Place& place, std::string text, std::string hint) {
  ++seen_;
  if (material_.findings.size() > max_findings) return;
  if (material_.findings.size() == max_findings) {
    material_.findings.push_back(base::make_finding(
        info_of(Check::more_findings), place.file,
        fmt::format("there are more than {} findings", max_findings), "mend those above first"));
    return;
  }
  base::Finding finding = base::make_finding(info_of(check), place.file, std::move(text), std::move(hint));
  finding.line = place.line;
  material_.findings.push_back(std::move(finding));
}

void Collector::add_certificate(std::string_view der, const Place& place) {
  ++seen_;
  if (has_too_many_certificates_ || !certificates_seen_.insert(sha256_octets(der)).second) return;
  if (material_.certificates.size() == max_certificates) {
    has_too_many_certificates_ = true;
    find(Check::too_many_certificates, place,
         fmt::format("there are more than {} certificates", max_certificates),
         "give the server's certificate and its chain alone, not a bundle of roots");
    return;
  }
  auto certificate = Certificate::from_der(der);
  if (!certificate) {
    find(Check::unparsable, place, certificate.error().text, "get the certificate from its issuer again");
    return;
  }
  material_.certificates.push_back(*std::move(certificate));
  material_.certificate_places.push_back(place);
}

bool Collector::wants_key(std::string_view bytes, const Place& place) {
  ++seen_;
  if (has_too_many_keys_ || !keys_seen_.insert(sha256_octets(bytes)).second) return false;
  if (material_.keys.size() < max_keys && keys_seen_.size() <= max_key_attempts) return true;
  has_too_many_keys_ = true;
  find(Check::too_many_keys, place, fmt::format("there are more than {} private keys", max_keys),
       "give the keys of the certificates alone");
  return false;
}

void Collector::add_key(base::Result<PrivateKey> key, const Place& place) {
  if (!key) {
    miss_key();
    find(Check::unparsable, place, key.error().text, "write it anew: openssl pkey -in OLD -out NEW");
    return;
  }
  for (const PrivateKey& known : material_.keys) {
    if (known.spki_der() == key->spki_der() && known.equals(*key)) return;
  }
  material_.keys.push_back(*std::move(key));
  material_.key_places.push_back(place);
}

}  // namespace tlsward::cert
