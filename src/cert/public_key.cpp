#include "cert/public_key.h"

#include <fmt/format.h>
#include <gnutls/crypto.h>

#include <array>
#include <new>
#include <stdexcept>

#include "base/text.h"
#include "cert/der.h"
#include "cert/gnutls_handles.h"

namespace tlsward::cert {
namespace {

std::string curve_name(gnutls_pubkey_t key) {
  gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;
  if (gnutls_pubkey_export_ecc_raw(key, &curve, nullptr, nullptr) < 0) return {};
  switch (curve) {
    case GNUTLS_ECC_CURVE_SECP192R1: return "P-192";
    case GNUTLS_ECC_CURVE_SECP224R1: return "P-224";
    case GNUTLS_ECC_CURVE_SECP256R1: return "P-256";
    case GNUTLS_ECC_CURVE_SECP384R1: return "P-384";
    case GNUTLS_ECC_CURVE_SECP521R1: return "P-521";
    default: break;
  }
  const char* const name = gnutls_ecc_curve_get_name(curve);
  return name == nullptr ? std::string() : std::string(name);
}

/// The algorithm's object identifier and the bits of the key, out of a SubjectPublicKeyInfo.
struct Parts {
  std::string_view algorithm;   // with its parameters
  std::string_view identifier;  // without
  std::string_view key;
};

std::optional<Parts> parts_of(std::string_view spki) {
  const auto outer = der::take(spki, der::sequence);
  if (!outer) return std::nullopt;
  std::string_view fields = outer->content;
  const auto algorithm = der::take(fields, der::sequence);
  const auto key = der::take(fields, der::bit_string);
  if (!algorithm || !key) return std::nullopt;
  std::string_view inner = algorithm->content;
  const auto identifier = der::take(inner, der::object_identifier);
  if (!identifier) return std::nullopt;
  return Parts{algorithm->whole, identifier->content, key->content};
}

}  // namespace

KeyFacts key_facts(gnutls_pubkey_t key) {
  KeyFacts out;
  unsigned bits = 0;
  switch (gnutls_pubkey_get_pk_algorithm(key, &bits)) {
    case GNUTLS_PK_RSA: out.kind = KeyKind::rsa; break;
    case GNUTLS_PK_RSA_PSS: out.kind = KeyKind::rsa_pss; break;
    case GNUTLS_PK_ECDSA: out.kind = KeyKind::ecdsa; break;
    case GNUTLS_PK_EDDSA_ED25519: out.kind = KeyKind::ed25519; break;
    case GNUTLS_PK_EDDSA_ED448: out.kind = KeyKind::ed448; break;
    case GNUTLS_PK_DSA: out.kind = KeyKind::dsa; break;
    default: return out;
  }
  out.bits = bits;
  if (out.kind == KeyKind::ecdsa) out.curve = curve_name(key);
  if (out.curve == "P-521") out.bits = 521;  // GnuTLS counts whole octets
  return out;
}

std::string_view kind_name(KeyKind kind) {
  switch (kind) {
    case KeyKind::rsa: return "rsa";
    case KeyKind::rsa_pss: return "rsa-pss";
    case KeyKind::ecdsa: return "ecdsa";
    case KeyKind::ed25519: return "ed25519";
    case KeyKind::ed448: return "ed448";
    case KeyKind::dsa: return "dsa";
    case KeyKind::other: break;
  }
  return "other";
}

std::string KeyFacts::text() const {
  switch (kind) {
    case KeyKind::rsa: return fmt::format("RSA {}", bits);
    case KeyKind::rsa_pss: return fmt::format("RSA-PSS {}", bits);
    case KeyKind::ecdsa: return fmt::format("ECDSA {}", curve);
    case KeyKind::ed25519: return "Ed25519";
    case KeyKind::ed448: return "Ed448";
    case KeyKind::dsa: return fmt::format("DSA {}", bits);
    case KeyKind::other: break;
  }
  return "unknown";
}

std::string sha256_octets(std::string_view bytes) {
  std::array<char, 32> digest{};
  if (gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes.data(), bytes.size(), digest.data()) < 0)
    throw std::runtime_error("GnuTLS has no SHA-256");
  return {digest.data(), digest.size()};
}

std::string base64(std::string_view bytes) {
  Datum out;
  const gnutls_datum_t in = datum_of(bytes);
  if (gnutls_base64_encode2(&in, out.out()) < 0) throw std::bad_alloc();
  return std::string(out.view());
}

bool is_same_public_key(std::string_view a_spki, std::string_view b_spki) {
  if (a_spki == b_spki) return true;
  const auto a = parts_of(a_spki);
  const auto b = parts_of(b_spki);
  if (!a || !b || a->identifier != b->identifier || a->key != b->key) return false;
  // 1.2.840.113549.1.1.10: the point of a curve means another key on another curve, not so the numbers here.
  constexpr std::string_view rsa_pss = "\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0A";
  return a->algorithm == b->algorithm || a->identifier == rsa_pss;
}

}  // namespace tlsward::cert
