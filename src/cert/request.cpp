#include "cert/request.h"

#include <fmt/format.h>
#include <gnutls/crypto.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "cert/gnutls_handles.h"
#include "cert/names.h"

namespace tlsward::cert {
namespace {

constexpr std::size_t max_names = 100;
constexpr std::size_t longest_common_name = 64;  // ub-common-name, RFC 5280 appendix A.1
constexpr std::chrono::days longest_life{36500};

/// One subjectAltName, in the octets that it is written in.
struct AltName {
  gnutls_x509_subject_alt_name_t type = GNUTLS_SAN_DNSNAME;
  std::string octets;
  std::string text;
};

std::string octets_of(const net::Address& address) {
  std::string out;
  const auto append = [&](std::uint64_t value, unsigned count) {
    for (unsigned i = count; i-- > 0;) out += static_cast<char>(value >> (8U * i) & 0xFFU);
  };
  if (address.family == net::Family::v6) append(address.high, 8);
  append(address.low, address.family == net::Family::v6 ? 8 : 4);
  return out;
}

base::Result<AltName> alt_name_of(std::string_view text) {
  std::string_view bare = text;
  if (bare.starts_with('[') && bare.ends_with(']')) bare = bare.substr(1, bare.size() - 2);
  if (const auto address = net::Address::parse(bare))
    return AltName{GNUTLS_SAN_IPADDRESS, octets_of(*address), net::to_string(*address)};
  const bool is_wildcard = text.starts_with("*.");
  const auto host = normal_host(is_wildcard ? text.substr(2) : text);
  if (!host || (is_wildcard && host->find('.') == std::string::npos))
    return base::Error{base::Errc::parse,
                       fmt::format("\"{}\" is no host name and no IP address", base::printable(text)),
                       {}};
  std::string name = is_wildcard ? "*." + *host : *host;
  return AltName{GNUTLS_SAN_DNSNAME, name, name};
}

base::Result<std::vector<AltName>> alt_names_of(const RequestSubject& subject) {
  if (subject.names.empty())
    return base::Error{base::Errc::range, "a certificate needs a host name to be for", {}};
  if (subject.names.size() > max_names)
    return base::Error{base::Errc::range, fmt::format("there are more than {} names", max_names), {}};
  std::vector<AltName> out;
  for (const std::string& text : subject.names) {
    auto name = alt_name_of(text);
    if (!name) return name.error();
    const bool is_known =
        std::any_of(out.begin(), out.end(), [&](const AltName& one) { return one.text == name->text; });
    if (!is_known) out.push_back(*std::move(name));
  }
  return out;
}

base::Result<std::string> common_name_of(const RequestSubject& subject, const std::vector<AltName>& names) {
  const std::string& given = subject.common_name;
  if (given.empty()) {
    const auto fitting = std::find_if(names.begin(), names.end(), [](const AltName& name) {
      return name.text.size() <= longest_common_name;
    });
    return fitting == names.end() ? std::string() : fitting->text;
  }
  if (given.size() > longest_common_name)
    return base::Error{base::Errc::range, "the common name is longer than 64 bytes", {}};
  const bool has_control = std::any_of(
      given.begin(), given.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; });
  if (has_control || base::first_bad_utf8(given) != std::string::npos)
    return base::Error{base::Errc::parse, "the common name is no text", {}};
  return given;
}

/// What both need: the key for GnuTLS, its public half, the hash that fits, the names.
struct Signing {
  PrivkeyHandle key;
  PubkeyHandle pubkey;
  gnutls_digest_algorithm_t digest = GNUTLS_DIG_SHA256;
  std::vector<AltName> names;
  std::string common_name;
};

base::Result<Signing> prepare(const PrivateKey& key, const RequestSubject& subject) {
  Signing out;
  auto names = alt_names_of(subject);
  if (!names) return names.error();
  auto common_name = common_name_of(subject, *names);
  if (!common_name) return common_name.error();
  auto abstract = key.abstract_key();
  if (!abstract) return abstract.error();
  out.key = *std::move(abstract);
  out.pubkey = make_handle<PubkeyHandle>(&gnutls_pubkey_init);
  int rc = gnutls_pubkey_import_privkey(out.pubkey.get(), out.key.get(), 0, 0);
  if (rc >= 0) rc = gnutls_pubkey_get_preferred_hash_algorithm(out.pubkey.get(), &out.digest, nullptr);
  if (rc < 0) return from_gnutls(rc, "the key cannot sign");
  out.names = *std::move(names);
  out.common_name = *std::move(common_name);
  return out;
}

}  // namespace

base::Result<std::string> make_request(const PrivateKey& key, const RequestSubject& subject) {
  const auto signing = prepare(key, subject);
  if (!signing) return signing.error();
  const auto request = make_handle<CrqHandle>(&gnutls_x509_crq_init);
  int rc = gnutls_x509_crq_set_version(request.get(), 1);
  if (rc >= 0) rc = gnutls_x509_crq_set_pubkey(request.get(), signing->pubkey.get());
  if (rc >= 0 && !signing->common_name.empty()) {
    rc = gnutls_x509_crq_set_dn_by_oid(request.get(), GNUTLS_OID_X520_COMMON_NAME, 0,
                                       signing->common_name.data(),
                                       static_cast<unsigned>(signing->common_name.size()));
  }
  for (const AltName& name : signing->names) {
    if (rc < 0) break;
    rc = gnutls_x509_crq_set_subject_alt_name(request.get(), name.type, name.octets.data(),
                                              static_cast<unsigned>(name.octets.size()), GNUTLS_FSAN_APPEND);
  }
  if (rc >= 0) rc = gnutls_x509_crq_privkey_sign(request.get(), signing->key.get(), signing->digest, 0);
  // GnuTLS' own PEM says NEW CERTIFICATE REQUEST, which not every authority's form takes (RFC 7468 section
  // 7).
  Datum der;
  Datum pem;
  if (rc >= 0) rc = gnutls_x509_crq_export2(request.get(), GNUTLS_X509_FMT_DER, der.out());
  const gnutls_datum_t bytes = datum_of(der.view());
  if (rc >= 0) rc = gnutls_pem_base64_encode2("CERTIFICATE REQUEST", &bytes, pem.out());
  if (rc < 0) return from_gnutls(rc, "cannot make the request");
  return std::string(pem.view());
}

base::Result<Certificate> make_self_signed(const PrivateKey& key, const RequestSubject& subject,
                                           std::chrono::sys_seconds at, std::chrono::days days) {
  if (days < std::chrono::days{1} || days > longest_life)
    return base::Error{base::Errc::range, "a certificate lives 1 to 36500 days", {}};
  const auto signing = prepare(key, subject);
  if (!signing) return signing.error();
  const auto crt = make_handle<CrtHandle>(&gnutls_x509_crt_init);
  // 127 bits of chance, positive, of 16 octets (RFC 5280 section 4.1.2.2).
  std::array<unsigned char, 16> serial{};
  int rc = gnutls_rnd(GNUTLS_RND_NONCE, serial.data(), serial.size());
  serial[0] = static_cast<unsigned char>((serial[0] & 0x7FU) | 0x40U);
  std::array<unsigned char, 64> key_id{};
  std::size_t key_id_size = key_id.size();
  unsigned usage = GNUTLS_KEY_DIGITAL_SIGNATURE;
  if (key.key().kind == KeyKind::rsa) usage |= GNUTLS_KEY_KEY_ENCIPHERMENT;
  if (rc >= 0) rc = gnutls_x509_crt_set_version(crt.get(), 3);
  if (rc >= 0) rc = gnutls_x509_crt_set_serial(crt.get(), serial.data(), serial.size());
  if (rc >= 0) rc = gnutls_x509_crt_set_activation_time(crt.get(), at.time_since_epoch().count());
  if (rc >= 0) rc = gnutls_x509_crt_set_expiration_time(crt.get(), (at + days).time_since_epoch().count());
  if (rc >= 0) rc = gnutls_x509_crt_set_pubkey(crt.get(), signing->pubkey.get());
  if (rc >= 0) rc = gnutls_x509_crt_get_key_id(crt.get(), 0, key_id.data(), &key_id_size);
  if (rc >= 0) rc = gnutls_x509_crt_set_subject_key_id(crt.get(), key_id.data(), key_id_size);
  if (rc >= 0) rc = gnutls_x509_crt_set_basic_constraints(crt.get(), 0, -1);
  if (rc >= 0) rc = gnutls_x509_crt_set_key_usage(crt.get(), usage);
  if (rc >= 0) rc = gnutls_x509_crt_set_key_purpose_oid(crt.get(), GNUTLS_KP_TLS_WWW_SERVER, 0);
  if (rc >= 0 && !signing->common_name.empty()) {
    rc = gnutls_x509_crt_set_dn_by_oid(crt.get(), GNUTLS_OID_X520_COMMON_NAME, 0, signing->common_name.data(),
                                       static_cast<unsigned>(signing->common_name.size()));
  }
  for (const AltName& name : signing->names) {
    if (rc < 0) break;
    rc = gnutls_x509_crt_set_subject_alt_name(crt.get(), name.type, name.octets.data(),
                                              static_cast<unsigned>(name.octets.size()), GNUTLS_FSAN_APPEND);
  }
  if (rc >= 0)
    rc = gnutls_x509_crt_privkey_sign(crt.get(), crt.get(), signing->key.get(), signing->digest, 0);
  Datum der;
  if (rc >= 0) rc = gnutls_x509_crt_export2(crt.get(), GNUTLS_X509_FMT_DER, der.out());
  if (rc < 0) return from_gnutls(rc, "cannot make the certificate");
  return Certificate::from_der(der.view());
}

}  // namespace tlsward::cert
