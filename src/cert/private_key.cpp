#include "cert/private_key.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cert/der.h"
#include "cert/public_key.h"

namespace tlsward::cert {
namespace {

constexpr unsigned smallest_rsa = 2048;
constexpr unsigned largest_rsa = 4096;

/// The hash that fits the key, for a signature that only we look at.
gnutls_digest_algorithm_t trial_digest(gnutls_pubkey_t key) {
  gnutls_digest_algorithm_t digest = GNUTLS_DIG_SHA256;
  unsigned is_mandatory = 0;
  if (gnutls_pubkey_get_preferred_hash_algorithm(key, &digest, &is_mandatory) < 0 ||
      digest == GNUTLS_DIG_UNKNOWN)
    return GNUTLS_DIG_SHA256;
  return digest;
}

/// Whether a signature made with the one key now verifies under the other.
bool signs_for(gnutls_privkey_t signer, gnutls_pubkey_t verifier) {
  const gnutls_digest_algorithm_t digest = trial_digest(verifier);
  const gnutls_datum_t trial = datum_of("tlsward: is this the key of that certificate?");
  Datum signature;
  if (gnutls_privkey_sign_data(signer, digest, 0, &trial, signature.out()) < 0) return false;
  const int kind = gnutls_pubkey_get_pk_algorithm(verifier, nullptr);
  const auto algorithm = gnutls_pk_to_sign(static_cast<gnutls_pk_algorithm_t>(kind), digest);
  const gnutls_datum_t bytes = datum_of(signature.view());
  constexpr unsigned however_weak = GNUTLS_VERIFY_ALLOW_BROKEN | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1;
  return gnutls_pubkey_verify_data2(verifier, algorithm, however_weak, &trial, &bytes) >= 0;
}

/// Whether the private exponent of an RSA-PSS key is right, which its signature does not tell: that is made
/// with the other numbers (RFC 8017 section 3.2). Of a plain RSA key GnuTLS makes these anew from the
/// exponent when it takes the key in, so there a signature tells.
bool has_working_exponent(gnutls_x509_privkey_t key) {
  Datum m;
  Datum e;
  Datum d;
  Datum p;
  Datum q;
  Datum unused[3];
  if (gnutls_x509_privkey_export_rsa_raw2(key, m.out(), e.out(), d.out(), p.out(), q.out(), unused[0].out(),
                                          unused[1].out(), unused[2].out()) < 0)
    return false;
  const gnutls_datum_t numbers[] = {datum_of(m.view()), datum_of(e.view()), datum_of(d.view()),
                                    datum_of(p.view()), datum_of(q.view())};
  const auto signer = make_handle<PrivkeyHandle>(&gnutls_privkey_init);
  const auto verifier = make_handle<PubkeyHandle>(&gnutls_pubkey_init);
  return gnutls_privkey_import_rsa_raw(signer.get(), &numbers[0], &numbers[1], &numbers[2], &numbers[3],
                                       &numbers[4], nullptr, nullptr, nullptr) >= 0 &&
         gnutls_pubkey_import_rsa_raw(verifier.get(), &numbers[0], &numbers[1]) >= 0 &&
         signs_for(signer.get(), verifier.get());
}

/// PKCS#8 of version 2 (RFC 5958: the public half stands behind the private one) as version 1, which is all
/// that GnuTLS reads. Empty for anything else.
base::Secret as_first_version(std::string_view pkcs8) {
  const auto outer = der::take(pkcs8, der::sequence);
  if (!outer) return {};
  std::string_view fields = outer->content;
  const auto version = der::take(fields, der::integer);
  const auto algorithm = der::take(fields, der::sequence);
  const auto key = der::take(fields, der::octet_string);
  if (!version || version->content != "\x01" || !algorithm || !key) return {};
  const std::size_t length = 3 + algorithm->whole.size() + key->whole.size();
  base::Secret out;
  out.reserve(length + 6);
  out.append("\x30\x84");
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    const char octet = static_cast<char>(length >> shift & 0xFFU);
    out.append({&octet, 1});
  }
  out.append({"\x02\x01\x00", 3});
  out.append(algorithm->whole);
  out.append(key->whole);
  return out;
}

}  // namespace

base::Result<KeyType> parse_key_type(std::string_view text) {
  const std::string type = base::to_lower(text);
  if (type == "ecdsa:p256") return KeyType{KeyKind::ecdsa, 256};
  if (type == "ecdsa:p384") return KeyType{KeyKind::ecdsa, 384};
  if (type == "ed25519") return KeyType{KeyKind::ed25519, 256};
  const std::string_view prefix = "rsa:";
  if (type.starts_with(prefix)) {
    if (const auto bits = base::parse_decimal(std::string_view(type).substr(prefix.size()), 1U << 20U)) {
      if (*bits < smallest_rsa || *bits > largest_rsa)
        return base::Error{base::Errc::range, "an RSA key has 2048 to 4096 bits", {}};
      return KeyType{KeyKind::rsa, static_cast<unsigned>(*bits)};
    }
  }
  return base::Error{base::Errc::parse,
                     fmt::format("\"{}\" is no type of key: rsa:2048 to rsa:4096, ecdsa:p256, ecdsa:p384 or "
                                 "ed25519",
                                 base::printable(text, 64)),
                     {}};
}

std::string render_key_type(const KeyType& type) {
  switch (type.kind) {
    case KeyKind::rsa: return fmt::format("rsa:{}", type.bits);
    case KeyKind::ecdsa: return fmt::format("ecdsa:p{}", type.bits);
    default: return std::string(kind_name(type.kind));
  }
}

base::Result<PrivateKey> PrivateKey::from_handle(X509KeyHandle handle) {
  const auto abstract = make_handle<PrivkeyHandle>(&gnutls_privkey_init);
  int rc = gnutls_privkey_import_x509(abstract.get(), handle.get(), 0);
  if (rc < 0) return from_gnutls(rc, "the private key cannot be used");
  const auto pubkey = make_handle<PubkeyHandle>(&gnutls_pubkey_init);
  rc = gnutls_pubkey_import_privkey(pubkey.get(), abstract.get(), 0, 0);
  if (rc < 0) return from_gnutls(rc, "the private key has no public half");
  Datum spki;
  rc = gnutls_pubkey_export2(pubkey.get(), GNUTLS_X509_FMT_DER, spki.out());
  if (rc < 0) return from_gnutls(rc, "the private key has no public half");
  KeyFacts facts = key_facts(pubkey.get());
  if (facts.kind == KeyKind::other)
    return base::Error{base::Errc::range, "the private key is of a kind that cannot be used", {}};
  return PrivateKey(std::move(handle), std::string(spki.view()), std::move(facts));
}

base::Result<PrivateKey> PrivateKey::generate(const KeyType& type) {
  gnutls_pk_algorithm_t algorithm = GNUTLS_PK_RSA;
  unsigned bits = type.bits;
  if (type.kind == KeyKind::ecdsa) {
    algorithm = GNUTLS_PK_ECDSA;
    bits = GNUTLS_CURVE_TO_BITS(type.bits == 384 ? GNUTLS_ECC_CURVE_SECP384R1 : GNUTLS_ECC_CURVE_SECP256R1);
  } else if (type.kind == KeyKind::ed25519) {
    algorithm = GNUTLS_PK_EDDSA_ED25519;
    bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_ED25519);
  }
  auto key = make_handle<X509KeyHandle>(&gnutls_x509_privkey_init);
  const int rc = gnutls_x509_privkey_generate(key.get(), algorithm, bits, 0);
  if (rc < 0) return from_gnutls(rc, "cannot make a key");
  return from_handle(std::move(key));
}

base::Result<PrivateKey> PrivateKey::from_der(std::string_view der) {
  auto key = make_handle<X509KeyHandle>(&gnutls_x509_privkey_init);
  const base::Secret older = as_first_version(der);
  const gnutls_datum_t bytes = datum_of(older.empty() ? der : older.view());
  int rc =
      gnutls_x509_privkey_import_pkcs8(key.get(), &bytes, GNUTLS_X509_FMT_DER, nullptr, GNUTLS_PKCS_PLAIN);
  if (rc < 0) {
    // What failed may have left something behind in the handle.
    key = make_handle<X509KeyHandle>(&gnutls_x509_privkey_init);
    rc = gnutls_x509_privkey_import(key.get(), &bytes, GNUTLS_X509_FMT_DER);
  }
  if (rc < 0) return from_gnutls(rc, "the private key cannot be read");
  return from_handle(std::move(key));
}

base::Result<base::Secret> PrivateKey::pkcs8_pem() const {
  Datum pem;
  const int rc =
      gnutls_x509_privkey_export2_pkcs8(handle(), GNUTLS_X509_FMT_PEM, nullptr, GNUTLS_PKCS_PLAIN, pem.out());
  if (rc < 0) return from_gnutls(rc, "cannot write the private key");
  return base::Secret::copy_of(pem.view());
}

std::string PrivateKey::spki_sha256() const {
  return sha256_octets(spki_);
}

std::string PrivateKey::spki_pin() const {
  return base64(spki_sha256());
}

bool PrivateKey::has_public_half_of(const Certificate& certificate) const {
  return is_same_public_key(spki_, certificate.spki_der());
}

bool PrivateKey::matches(const Certificate& certificate) const {
  if (!has_public_half_of(certificate)) return false;
  const auto signer = abstract_key();
  if (!signer) return false;
  const auto verifier = make_handle<PubkeyHandle>(&gnutls_pubkey_init);
  if (gnutls_pubkey_import_x509(verifier.get(), certificate.handle(), 0) < 0) return false;
  if (!signs_for(signer->get(), verifier.get())) return false;
  return key_.kind != KeyKind::rsa_pss || has_working_exponent(handle());
}

bool PrivateKey::equals(const PrivateKey& other) const {
  const auto a = pkcs8_pem();
  const auto b = other.pkcs8_pem();
  return a && b && a->view() == b->view();
}

base::Result<PrivkeyHandle> PrivateKey::abstract_key() const {
  auto key = make_handle<PrivkeyHandle>(&gnutls_privkey_init);
  const int rc = gnutls_privkey_import_x509(key.get(), handle(), GNUTLS_PRIVKEY_IMPORT_COPY);
  if (rc < 0) return from_gnutls(rc, "the private key cannot be used");
  return key;
}

}  // namespace tlsward::cert
