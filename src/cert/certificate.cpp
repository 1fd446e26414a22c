#include "cert/certificate.h"

#include <fmt/format.h>
#include <gnutls/crypto.h>

#include <array>
#include <mutex>

#include "base/digest.h"
#include "base/text.h"
#include "cert/der.h"
#include "cert/der_time.h"
#include "cert/gnutls_handles.h"
#include "cert/public_key.h"

namespace tlsward::cert {
namespace {

/// What stands in the fixed part of a certificate, as views into its DER (RFC 5280 section 4.1).
struct Layout {
  std::string_view tbs;  // with its header: what is signed
  std::string_view serial;
  std::string_view issuer;
  std::string_view subject;
  std::string_view spki;
  std::chrono::sys_seconds not_before{};
  std::chrono::sys_seconds not_after{};
};

std::optional<Layout> lay_out(std::string_view der) {
  auto outer = der::take(der, der::sequence);
  if (!outer || !der.empty()) return std::nullopt;
  Layout out;
  std::string_view rest = outer->content;
  const auto tbs = der::take(rest, der::sequence);
  if (!tbs) return std::nullopt;
  out.tbs = tbs->whole;
  std::string_view fields = tbs->content;
  der::take(fields, der::context_0);  // the version, which version 1 leaves out
  const auto serial = der::take(fields, der::integer);
  const auto algorithm = der::take(fields, der::sequence);
  const auto issuer = der::take(fields, der::sequence);
  const auto validity = der::take(fields, der::sequence);
  const auto subject = der::take(fields, der::sequence);
  const auto spki = der::take(fields, der::sequence);
  if (!serial || !algorithm || !issuer || !validity || !subject || !spki) return std::nullopt;
  std::string_view times = validity->content;
  const auto begin = take_time(times);
  const auto end = take_time(times);
  if (!begin || !end) return std::nullopt;
  out.serial = serial->content;
  out.issuer = issuer->whole;
  out.subject = subject->whole;
  out.spki = spki->whole;
  out.not_before = *begin;
  out.not_after = *end;
  return out;
}

/// What needs GnuTLS to read, read when it is first asked for: a bundle of roots has hundreds of certificates
/// of which two or three are looked at.
struct Details {
  std::string sha256;
  KeyFacts key;
  std::vector<std::string> dns_names;
  std::vector<net::Address> ip_addresses;
  bool has_alt_names = false;
  bool is_ca = false;
  std::optional<unsigned> path_length;
  std::optional<KeyUsage> key_usage;
  std::vector<std::string> purposes;
};

std::optional<net::Address> address_of(std::string_view octets) {
  const auto word = [&](std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = at; i < at + count; ++i)
      value = (value << 8U) | static_cast<std::uint8_t>(octets[i]);
    return value;
  };
  if (octets.size() == 4) return net::Address::v4(static_cast<std::uint32_t>(word(0, 4)));
  if (octets.size() == 16) return net::Address::v6(word(0, 8), word(8, 8));
  return std::nullopt;
}

void read_alt_names(gnutls_x509_crt_t crt, Details& out) {
  Datum extension;
  if (gnutls_x509_crt_get_extension_by_oid2(crt, GNUTLS_X509EXT_OID_SAN, 0, extension.out(), nullptr) < 0)
    return;
  out.has_alt_names = true;
  // Read once as a whole: asking the certificate name by name takes time quadratic in their number.
  const auto names = make_handle<AltNamesHandle>(&gnutls_subject_alt_names_init);
  const gnutls_datum_t bytes = datum_of(extension.view());
  if (gnutls_x509_ext_import_subject_alt_names(&bytes, names.get(), 0) < 0) return;
  for (unsigned i = 0;; ++i) {
    unsigned type = 0;
    gnutls_datum_t name{nullptr, 0};
    if (gnutls_subject_alt_names_get(names.get(), i, &type, &name, nullptr) < 0) return;
    const std::string_view text(reinterpret_cast<const char*>(name.data), name.size);
    if (type == GNUTLS_SAN_DNSNAME) out.dns_names.emplace_back(text);
    if (type != GNUTLS_SAN_IPADDRESS) continue;
    if (const auto address = address_of(text)) out.ip_addresses.push_back(*address);
  }
}

void read_purposes(gnutls_x509_crt_t crt, Details& out) {
  Datum extension;
  if (gnutls_x509_crt_get_extension_by_oid2(crt, GNUTLS_X509EXT_OID_EXTENDED_KEY_USAGE, 0, extension.out(),
                                            nullptr) < 0)
    return;
  using Purposes = GnutlsOwner<gnutls_x509_key_purposes_t, &gnutls_x509_key_purpose_deinit>;
  const auto purposes = make_handle<Purposes>(&gnutls_x509_key_purpose_init);
  const gnutls_datum_t bytes = datum_of(extension.view());
  if (gnutls_x509_ext_import_key_purposes(&bytes, purposes.get(), 0) < 0) return;
  for (unsigned i = 0;; ++i) {
    gnutls_datum_t oid{nullptr, 0};
    if (gnutls_x509_key_purpose_get(purposes.get(), i, &oid) < 0) return;
    out.purposes.emplace_back(reinterpret_cast<const char*>(oid.data), oid.size);
  }
}

void read_usage(gnutls_x509_crt_t crt, Details& out) {
  unsigned ca = 0;
  int path_length = -1;
  if (gnutls_x509_crt_get_basic_constraints(crt, nullptr, &ca, &path_length) >= 0) {
    out.is_ca = ca != 0;
    if (path_length >= 0) out.path_length = static_cast<unsigned>(path_length);
  }
  unsigned usage = 0;
  if (gnutls_x509_crt_get_key_usage(crt, &usage, nullptr) >= 0) {
    out.key_usage =
        KeyUsage{(usage & GNUTLS_KEY_DIGITAL_SIGNATURE) != 0, (usage & GNUTLS_KEY_KEY_ENCIPHERMENT) != 0,
                 (usage & GNUTLS_KEY_KEY_CERT_SIGN) != 0};
  }
}

std::string octets_by(gnutls_x509_crt_t crt, int (*get)(gnutls_x509_crt_t, void*, std::size_t*, unsigned*)) {
  std::array<char, 256> buffer{};
  std::size_t size = buffer.size();
  if (get(crt, buffer.data(), &size, nullptr) < 0) return {};
  return {buffer.data(), size};
}

/// A key that takes minutes to compute with is a way to keep us busy, not a key.
bool is_reasonable_key(gnutls_x509_crt_t crt) {
  unsigned bits = 0;
  const int algorithm = gnutls_x509_crt_get_pk_algorithm(crt, &bits);
  if (algorithm < 0 || bits > 16384) return false;
  if (algorithm != GNUTLS_PK_RSA && algorithm != GNUTLS_PK_RSA_PSS) return true;
  Datum modulus;
  Datum exponent;
  return gnutls_x509_crt_get_pk_rsa_raw(crt, modulus.out(), exponent.out()) >= 0 &&
         exponent.view().size() <= 9;
}

constexpr unsigned however_weak = GNUTLS_VERIFY_ALLOW_BROKEN | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1;

}  // namespace

struct Certificate::State {
  std::string der;
  Layout layout;  // views into der
  CrtHandle crt;

  const Details& details() const {
    std::call_once(once_, [&] {
      base::Sha256 digest;
      digest.add(der);
      details_.sha256 = digest.finish();
      const auto key = make_handle<PubkeyHandle>(&gnutls_pubkey_init);
      if (gnutls_pubkey_import_x509(key.get(), crt.get(), 0) >= 0) details_.key = key_facts(key.get());
      read_alt_names(crt.get(), details_);
      read_purposes(crt.get(), details_);
      read_usage(crt.get(), details_);
    });
    return details_;
  }

 private:
  mutable std::once_flag once_;
  mutable Details details_;
};

base::Result<Certificate> Certificate::from_der(std::string_view der) {
  if (der.size() > max_bytes)
    return base::Error{base::Errc::range, "the certificate is larger than 64 KiB", {}};
  auto state = std::make_shared<State>();
  state->der = der;
  const auto layout = lay_out(state->der);
  if (!layout) return base::Error{base::Errc::parse, "this is not an X.509 certificate", {}};
  state->layout = *layout;
  state->crt = make_handle<CrtHandle>(&gnutls_x509_crt_init);
  const gnutls_datum_t bytes = datum_of(state->der);
  const int rc = gnutls_x509_crt_import(state->crt.get(), &bytes, GNUTLS_X509_FMT_DER);
  if (rc < 0) return from_gnutls(rc, "the certificate cannot be read");
  return Certificate(std::move(state));
}

std::string_view Certificate::der() const {
  return state_->der;
}

std::string Certificate::pem() const {
  Datum text;
  const gnutls_datum_t bytes = datum_of(state_->der);
  if (gnutls_pem_base64_encode2("CERTIFICATE", &bytes, text.out()) < 0) throw std::bad_alloc();
  return std::string(text.view());
}

std::string Certificate::subject() const {
  Datum name;
  return gnutls_x509_crt_get_dn3(handle(), name.out(), 0) < 0 ? std::string() : std::string(name.view());
}

std::string Certificate::issuer() const {
  Datum name;
  return gnutls_x509_crt_get_issuer_dn3(handle(), name.out(), 0) < 0 ? std::string()
                                                                     : std::string(name.view());
}

std::string_view Certificate::subject_der() const {
  return state_->layout.subject;
}

std::string_view Certificate::issuer_der() const {
  return state_->layout.issuer;
}

std::string Certificate::serial() const {
  std::string out;
  for (const char c : state_->layout.serial) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string Certificate::common_name() const {
  constexpr unsigned most = 64;
  std::string last;
  for (unsigned i = 0; i < most; ++i) {
    std::size_t size = 0;
    const int rc = gnutls_x509_crt_get_dn_by_oid(handle(), GNUTLS_OID_X520_COMMON_NAME, i, 0, nullptr, &size);
    if (rc != GNUTLS_E_SHORT_MEMORY_BUFFER) break;
    std::string name(size, '\0');
    if (gnutls_x509_crt_get_dn_by_oid(handle(), GNUTLS_OID_X520_COMMON_NAME, i, 0, name.data(), &size) < 0)
      break;
    name.resize(size);
    last = std::move(name);
  }
  return last;
}

const std::vector<std::string>& Certificate::dns_names() const {
  return state_->details().dns_names;
}

const std::vector<net::Address>& Certificate::ip_addresses() const {
  return state_->details().ip_addresses;
}

bool Certificate::has_alt_names() const {
  return state_->details().has_alt_names;
}

std::chrono::sys_seconds Certificate::not_before() const {
  return state_->layout.not_before;
}

std::chrono::sys_seconds Certificate::not_after() const {
  return state_->layout.not_after;
}

const KeyFacts& Certificate::key() const {
  return state_->details().key;
}

std::string Certificate::signature_algorithm() const {
  const int algorithm = gnutls_x509_crt_get_signature_algorithm(handle());
  const char* const name =
      algorithm <= 0 ? nullptr : gnutls_sign_get_name(static_cast<gnutls_sign_algorithm_t>(algorithm));
  if (name != nullptr) return name;
  std::array<char, 128> oid{};
  std::size_t size = oid.size();
  if (gnutls_x509_crt_get_signature_oid(handle(), oid.data(), &size) < 0) return "unknown";
  return oid.data();
}

std::string Certificate::signature_hash() const {
  const int algorithm = gnutls_x509_crt_get_signature_algorithm(handle());
  if (algorithm <= 0) return {};
  const auto hash = gnutls_sign_get_hash_algorithm(static_cast<gnutls_sign_algorithm_t>(algorithm));
  const char* const name = hash == GNUTLS_DIG_UNKNOWN ? nullptr : gnutls_digest_get_name(hash);
  return name == nullptr ? std::string() : std::string(name);
}

const std::string& Certificate::sha256() const {
  return state_->details().sha256;
}

std::string_view Certificate::spki_der() const {
  return state_->layout.spki;
}

std::string Certificate::spki_sha256() const {
  return sha256_octets(spki_der());
}

std::string Certificate::spki_pin() const {
  return base64(spki_sha256());
}

bool Certificate::is_ca() const {
  return state_->details().is_ca;
}

std::optional<unsigned> Certificate::path_length() const {
  return state_->details().path_length;
}

const std::optional<KeyUsage>& Certificate::key_usage() const {
  return state_->details().key_usage;
}

const std::vector<std::string>& Certificate::extended_key_usages() const {
  return state_->details().purposes;
}

bool Certificate::must_staple() const {
  constexpr unsigned status_request = 5;
  constexpr unsigned most = 32;
  const auto features = make_handle<TlsFeaturesHandle>(&gnutls_x509_tlsfeatures_init);
  if (gnutls_x509_crt_get_tlsfeatures(handle(), features.get(), 0, nullptr) < 0) return false;
  for (unsigned i = 0; i < most; ++i) {
    unsigned feature = 0;
    if (gnutls_x509_tlsfeatures_get(features.get(), i, &feature) < 0) break;
    if (feature == status_request) return true;
  }
  return false;
}

bool Certificate::is_self_issued() const {
  return subject_der() == issuer_der();
}

std::string Certificate::subject_key_id() const {
  return octets_by(handle(), &gnutls_x509_crt_get_subject_key_id);
}

std::string Certificate::authority_key_id() const {
  return octets_by(handle(), &gnutls_x509_crt_get_authority_key_id);
}

std::vector<std::string> Certificate::issuer_urls() const {
  constexpr unsigned most = 8;
  std::vector<std::string> out;
  for (unsigned i = 0; i < most; ++i) {
    Datum url;
    const int rc =
        gnutls_x509_crt_get_authority_info_access(handle(), i, GNUTLS_IA_CAISSUERS_URI, url.out(), nullptr);
    if (rc == GNUTLS_E_UNKNOWN_ALGORITHM) continue;  // an OCSP responder at this place
    if (rc < 0) break;
    out.emplace_back(url.view());
  }
  return out;
}

bool Certificate::names_issuer(const Certificate& issuer) const {
  if (issuer_der() != issuer.subject_der()) return false;
  return gnutls_x509_crt_check_issuer(handle(), issuer.handle()) != 0;
}

bool Certificate::is_signed_by(const Certificate& issuer) const {
  const int algorithm = gnutls_x509_crt_get_signature_algorithm(handle());
  if (algorithm <= 0 || !is_reasonable_key(issuer.handle())) return false;
  const auto key = make_handle<PubkeyHandle>(&gnutls_pubkey_init);
  if (gnutls_pubkey_import_x509(key.get(), issuer.handle(), 0) < 0) return false;
  std::size_t size = 0;
  if (gnutls_x509_crt_get_signature(handle(), nullptr, &size) != GNUTLS_E_SHORT_MEMORY_BUFFER) return false;
  std::string signature(size, '\0');
  if (gnutls_x509_crt_get_signature(handle(), signature.data(), &size) < 0) return false;
  signature.resize(size);
  const gnutls_datum_t tbs = datum_of(state_->layout.tbs);
  const gnutls_datum_t bytes = datum_of(signature);
  return gnutls_pubkey_verify_data2(key.get(), static_cast<gnutls_sign_algorithm_t>(algorithm), however_weak,
                                    &tbs, &bytes) >= 0;
}

bool Certificate::is_self_signed() const {
  return is_self_issued() && is_signed_by(*this);
}

gnutls_x509_crt_t Certificate::handle() const {
  return state_->crt.get();
}

}  // namespace tlsward::cert
