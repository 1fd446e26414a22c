#include "cert/pkcs12.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cert/der.h"
#include "cert/gnutls_handles.h"

namespace tlsward::cert {
namespace {

constexpr int max_bags = 64;
constexpr std::string_view write_anew =
    "write it anew: openssl pkcs12 -in OLD -nodes -out FILE.pem, then give FILE.pem";

/// What a file says of its MAC (RFC 7292 section 4 and appendix A).
struct MacFacts {
  bool is_there = true;
  std::optional<std::uint64_t> rounds;  // nothing: not to be read here
};

/// Looked up here because gnutls_pkcs12_mac_info says "invalid request" for a file without a MAC and for a
/// MAC that it does not know, which must not pass for none, and then it loses memory. BER of indefinite
/// length is left to it.
MacFacts mac_facts(std::string_view file) {
  const auto outer = der::take(file, der::sequence);
  if (!outer) return {};
  std::string_view fields = outer->content;
  if (!der::take(fields, der::integer) || !der::take(fields, der::sequence)) return {};
  if (fields.empty()) return {false, 0};
  const auto mac = der::take(fields, der::sequence);
  if (!mac || !fields.empty()) return {};
  std::string_view parts = mac->content;
  if (!der::take(parts, der::sequence) || !der::take(parts, der::octet_string)) return {};
  if (parts.empty()) return {true, 1};
  const auto rounds = der::take(parts, der::integer);
  if (!rounds || !parts.empty() || rounds->content.empty() || rounds->content.size() > 8) return {};
  std::uint64_t value = 0;
  for (const char octet : rounds->content) value = value << 8U | static_cast<std::uint8_t>(octet);
  return {true, value};
}

/// What one passphrase gets out of the file.
class Opening {
 public:
  Opening(gnutls_pkcs12_t file, const MacFacts& mac, Passphrases& passphrases)
      : file_(file), mac_(mac), passphrases_(passphrases) {}

  Attempt with(const char* passphrase) {
    certificates_.clear();
    keys_.clear();
    const Attempt mac = verify_mac(passphrase);
    if (mac != Attempt::opened) return mac;
    for (int i = 0;; ++i) {
      const auto bag = make_handle<Pkcs12BagHandle>(&gnutls_pkcs12_bag_init);
      const int rc = gnutls_pkcs12_get_bag(file_, i, bag.get());
      if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) return Attempt::opened;
      if (i >= max_bags) return broken("the PKCS#12 file has too many parts");
      if (rc < 0) return broken(rc);
      const Attempt read = read_bag(bag.get(), passphrase);
      if (read != Attempt::opened) return read;
    }
  }

  void give_to(Collector& out, const Place& place) {
    for (const std::string& der : certificates_) out.add_certificate(der, place);
    for (X509KeyHandle& key : keys_) out.add_key(PrivateKey::from_handle(std::move(key)), place);
  }
  [[nodiscard]] bool is_empty() const { return certificates_.empty() && keys_.empty(); }
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  Attempt broken(std::string why) {
    fault_ = std::move(why);
    return Attempt::broken;
  }
  Attempt broken(int rc) { return broken(from_gnutls(rc, "the PKCS#12 file cannot be read").text); }

  /// A wrong passphrase, unless the MAC has vouched for it.
  Attempt not_decrypted(int rc) {
    return !mac_.is_there && is_wrong_passphrase(rc) ? Attempt::wrong : broken(rc);
  }

  Attempt pay(std::uint64_t rounds) {
    if (passphrases_.pay(rounds)) return Attempt::opened;
    return broken(fmt::format(
        "the PKCS#12 file asks for {} rounds of key derivation, more than is reasonable", rounds));
  }

  Attempt verify_mac(const char* passphrase) {
    if (!mac_.is_there) return Attempt::opened;
    int rc = 0;
    if (!mac_.rounds) {
      unsigned rounds = 0;
      rc = gnutls_pkcs12_mac_info(file_, nullptr, nullptr, nullptr, &rounds, nullptr);
      if (rc < 0) return broken(rc);
      mac_.rounds = rounds;
    }
    if (const Attempt paid = pay(*mac_.rounds); paid != Attempt::opened) return paid;
    rc = gnutls_pkcs12_verify_mac(file_, passphrase);
    if (rc >= 0) return Attempt::opened;
    return is_wrong_passphrase(rc) ? Attempt::wrong : broken(rc);
  }

  Attempt read_bag(gnutls_pkcs12_bag_t bag, const char* passphrase) {
    if (gnutls_pkcs12_bag_get_type(bag, 0) == GNUTLS_BAG_ENCRYPTED) {
      unsigned rounds = 0;
      int rc = gnutls_pkcs12_bag_enc_info(bag, nullptr, nullptr, nullptr, nullptr, &rounds, nullptr);
      if (rc < 0) return broken(rc);
      if (const Attempt paid = pay(rounds); paid != Attempt::opened) return paid;
      rc = gnutls_pkcs12_bag_decrypt(bag, passphrase);
      if (rc < 0) return not_decrypted(rc);
    }
    const int count = gnutls_pkcs12_bag_get_count(bag);
    for (unsigned i = 0; static_cast<int>(i) < count; ++i) {
      gnutls_datum_t data{nullptr, 0};
      const int type = gnutls_pkcs12_bag_get_type(bag, i);
      if (type < 0 || gnutls_pkcs12_bag_get_data(bag, i, &data) < 0) continue;
      const Attempt read = read_element(type, data, passphrase);
      if (read != Attempt::opened) return read;
    }
    return Attempt::opened;
  }

  Attempt read_element(int type, const gnutls_datum_t& data, const char* passphrase) {
    if (type == GNUTLS_BAG_CERTIFICATE)
      certificates_.emplace_back(reinterpret_cast<const char*>(data.data), data.size);
    if (type == GNUTLS_BAG_PKCS8_KEY) return read_key(data, nullptr, GNUTLS_PKCS_PLAIN);
    if (type != GNUTLS_BAG_PKCS8_ENCRYPTED_KEY) return Attempt::opened;
    unsigned rounds = 0;
    const int rc =
        gnutls_pkcs8_info(&data, GNUTLS_X509_FMT_DER, nullptr, nullptr, nullptr, nullptr, &rounds, nullptr);
    if (rc < 0) return broken(rc);
    if (const Attempt paid = pay(rounds); paid != Attempt::opened) return paid;
    return read_key(data, passphrase, passphrase == nullptr ? GNUTLS_PKCS_NULL_PASSWORD : 0);
  }

  Attempt read_key(const gnutls_datum_t& data, const char* passphrase, unsigned flags) {
    if (keys_.size() == max_keys) return broken("the PKCS#12 file has too many private keys");
    auto key = make_handle<X509KeyHandle>(&gnutls_x509_privkey_init);
    const int rc = gnutls_x509_privkey_import_pkcs8(key.get(), &data, GNUTLS_X509_FMT_DER, passphrase, flags);
    if (rc < 0) return not_decrypted(rc);
    keys_.push_back(std::move(key));
    return Attempt::opened;
  }

  gnutls_pkcs12_t file_;
  MacFacts mac_;
  Passphrases& passphrases_;
  std::vector<std::string> certificates_;
  std::vector<X509KeyHandle> keys_;
  std::string fault_;
};

}  // namespace

void read_pkcs12(std::string_view der, const Place& place, Passphrases& passphrases, Collector& out) {
  if (!out.wants_key(der, place)) return;
  const auto file = make_handle<Pkcs12Handle>(&gnutls_pkcs12_init);
  const gnutls_datum_t bytes = datum_of(der);
  const int rc = gnutls_pkcs12_import(file.get(), &bytes, GNUTLS_X509_FMT_DER, 0);
  if (rc < 0) {
    out.miss_key();
    out.find(Check::unparsable, place, from_gnutls(rc, "the PKCS#12 file cannot be read").text,
             std::string(write_anew));
    return;
  }
  Opening opening(file.get(), mac_facts(der), passphrases);
  Attempt result = opening.with(nullptr);
  if (result == Attempt::wrong) result = opening.with("");
  if (result == Attempt::wrong) {
    result = passphrases.open(fmt::format("the PKCS#12 file {}", base::printable(place.file)), place, out,
                              [&](const char* passphrase) { return opening.with(passphrase); });
  }
  if (result != Attempt::opened) out.miss_key();
  if (result == Attempt::broken) {
    out.find(Check::unparsable, place, opening.fault(), std::string(write_anew));
  } else if (result == Attempt::opened && opening.is_empty()) {
    out.find(Check::unparsable, place, "the PKCS#12 file holds neither certificate nor key",
             "export it again, with the certificate and its private key");
  } else if (result == Attempt::opened) {
    opening.give_to(out, place);
  }
}

void read_pkcs7(std::string_view der, const Place& place, Collector& out) {
  const auto file = make_handle<Pkcs7Handle>(&gnutls_pkcs7_init);
  const gnutls_datum_t bytes = datum_of(der);
  int rc = gnutls_pkcs7_import(file.get(), &bytes, GNUTLS_X509_FMT_DER);
  if (rc >= 0) rc = gnutls_pkcs7_get_crt_count(file.get());
  if (rc < 0) {
    out.find(Check::unparsable, place, from_gnutls(rc, "the PKCS#7 file cannot be read").text,
             "write it anew: openssl pkcs7 -in OLD -print_certs -out FILE.pem");
    return;
  }
  if (rc == 0) {
    out.find(Check::unparsable, place, "the PKCS#7 file holds no certificate",
             "get the certificate and its chain from the issuer again");
  }
  for (int i = 0; i < rc && out.takes_certificates(); ++i) {
    Datum certificate;
    if (gnutls_pkcs7_get_crt_raw2(file.get(), static_cast<unsigned>(i), certificate.out()) < 0) continue;
    out.add_certificate(certificate.view(), place);
  }
}

}  // namespace tlsward::cert
