#include "cert/encrypted.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "cert/gnutls_handles.h"
#include "cert/public_key.h"

namespace tlsward::cert {
namespace {

constexpr int max_asked = 3;

constexpr std::string_view give_one = "give its passphrase by --passphrase-file or at the prompt";
constexpr std::string_view give_right =
    "give the passphrase with which it was encrypted; a damaged file looks the same";

}  // namespace

Attempt Passphrases::open(const std::string& what, const Place& place, Collector& out,
                          const std::function<Attempt(const char*)>& attempt) {
  for (const base::Secret& known : known_) {
    const Attempt result = attempt(known.c_str());
    if (result != Attempt::wrong) return result;
  }
  bool was_given = false;
  for (int i = 0; i < max_asked && ask_; ++i) {
    auto given = ask_(what, was_given);
    if (!given) break;
    was_given = true;
    // A NUL would cut it for GnuTLS, and what is left is not what was given.
    if (given->view().find('\0') != std::string_view::npos) continue;
    const Attempt result = attempt(given->c_str());
    if (result == Attempt::opened) known_.push_back(*std::move(given));
    if (result != Attempt::wrong) return result;
  }
  if (was_given || !known_.empty()) {
    out.find(Check::passphrase_wrong, place, fmt::format("the passphrase does not open {}", what),
             std::string(give_right));
  } else {
    out.find(Check::key_encrypted, place, fmt::format("{} is encrypted and no passphrase was given", what),
             std::string(give_one));
  }
  return Attempt::wrong;
}

bool Passphrases::pay(std::uint64_t rounds) {
  if (rounds > rounds_left_) return false;
  rounds_left_ -= rounds;
  return true;
}

bool is_wrong_passphrase(int rc) {
  switch (rc) {
    case GNUTLS_E_DECRYPTION_FAILED:
    case GNUTLS_E_MAC_VERIFY_FAILED:
    case GNUTLS_E_INVALID_PASSWORD_STRING:
    case GNUTLS_E_PARSING_ERROR: return true;
    default: return rc <= GNUTLS_E_ASN1_ELEMENT_NOT_FOUND && rc >= GNUTLS_E_ASN1_DER_OVERFLOW;
  }
}

void read_encrypted_key(std::string_view der, const Place& place, Passphrases& passphrases, Collector& out) {
  if (!out.wants_key(der, place)) return;
  const gnutls_datum_t bytes = datum_of(der);
  unsigned rounds = 0;
  std::string fault;
  int rc =
      gnutls_pkcs8_info(&bytes, GNUTLS_X509_FMT_DER, nullptr, nullptr, nullptr, nullptr, &rounds, nullptr);
  if (rc < 0) {
    out.miss_key();
    out.find(Check::unparsable, place, from_gnutls(rc, "the encrypted private key cannot be read").text,
             "write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW");
    return;
  }
  auto key = make_handle<X509KeyHandle>(&gnutls_x509_privkey_init);
  const Attempt result = passphrases.open(
      fmt::format("the private key in {}", base::printable(place.file)), place, out,
      [&](const char* passphrase) {
        if (!passphrases.pay(rounds)) {
          fault = fmt::format("the private key asks for {} rounds of key derivation, more than is reasonable",
                              rounds);
          return Attempt::broken;
        }
        key = make_handle<X509KeyHandle>(&gnutls_x509_privkey_init);
        rc = gnutls_x509_privkey_import_pkcs8(key.get(), &bytes, GNUTLS_X509_FMT_DER, passphrase, 0);
        if (rc >= 0) return Attempt::opened;
        if (is_wrong_passphrase(rc)) return Attempt::wrong;
        fault = from_gnutls(rc, "the encrypted private key cannot be read").text;
        return Attempt::broken;
      });
  if (result == Attempt::opened) out.add_key(PrivateKey::from_handle(std::move(key)), place);
  if (result != Attempt::opened) out.miss_key();
  if (result == Attempt::broken)
    out.find(Check::unparsable, place, fault,
             "write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW");
}

void read_openssl_key(const PemBlock& block, const Place& place, Passphrases& passphrases, Collector& out) {
  if (!out.wants_key(block.bytes.view(), place)) return;
  const bool is_plain = std::all_of(block.dek_info.begin(), block.dek_info.end(), [](char c) {
    return base::is_digit(c) || (base::lower(c) >= 'a' && base::lower(c) <= 'z') || c == '-' || c == ',';
  });
  if (!is_plain) {
    out.miss_key();
    out.find(Check::unparsable, place, "the DEK-Info of the encrypted private key cannot be read",
             "write it anew: openssl pkcs8 -topk8 -in OLD -out NEW");
    return;
  }
  // GnuTLS wants this form as the text it was, so it is written anew from what was read.
  const std::string pem =
      fmt::format("-----BEGIN {0}-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: {1}\n\n{2}\n-----END {0}-----\n",
                  block.label, block.dek_info, base64(block.bytes.view()));
  const gnutls_datum_t bytes = datum_of(pem);
  auto key = make_handle<X509KeyHandle>(&gnutls_x509_privkey_init);
  int rc = 0;
  const Attempt result =
      passphrases.open(fmt::format("the private key in {}", base::printable(place.file)), place, out,
                       [&](const char* passphrase) {
                         key = make_handle<X509KeyHandle>(&gnutls_x509_privkey_init);
                         rc = gnutls_x509_privkey_import_openssl(key.get(), &bytes, passphrase);
                         if (rc >= 0) return Attempt::opened;
                         return is_wrong_passphrase(rc) ? Attempt::wrong : Attempt::broken;
                       });
  if (result == Attempt::opened) out.add_key(PrivateKey::from_handle(std::move(key)), place);
  if (result != Attempt::opened) out.miss_key();
  if (result == Attempt::broken)
    out.find(Check::unparsable, place, from_gnutls(rc, "the encrypted private key cannot be read").text,
             "write it anew: openssl pkcs8 -topk8 -in OLD -out NEW");
}

}  // namespace tlsward::cert
