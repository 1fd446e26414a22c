#include "cert/tlsa.h"

#include <fmt/format.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include <algorithm>
#include <stdexcept>

#include "base/text.h"

namespace tlsward::cert {
namespace {

using base::Errc;
using base::Error;
using base::TlsaRecord;

constexpr std::uint8_t dane_ta = 2;
constexpr std::uint8_t dane_ee = 3;
constexpr std::uint8_t subject_public_key_info = 1;
constexpr std::int64_t longest_ttl = 0x7FFFFFFF;

std::string digest(gnutls_digest_algorithm_t algorithm, const std::string& bytes) {
  std::string out(gnutls_hash_get_len(algorithm), '\0');
  if (gnutls_hash_fast(algorithm, bytes.data(), bytes.size(), out.data()) != GNUTLS_E_SUCCESS)
    throw std::runtime_error("GnuTLS cannot hash");
  return out;
}

const std::string& selected(std::uint8_t selector, const CertificateBytes& certificate) {
  return selector == subject_public_key_info ? certificate.spki : certificate.der;
}

/// The selector and the matching type exist.
std::string association(std::uint8_t selector, std::uint8_t matching, const CertificateBytes& certificate) {
  const std::string& bytes = selected(selector, certificate);
  if (matching == 0) return bytes;
  return digest(matching == 1 ? GNUTLS_DIG_SHA256 : GNUTLS_DIG_SHA512, bytes);
}

/// The record is usable.
bool is_association_of(const TlsaRecord& record, const CertificateBytes& certificate) {
  return !selected(record.selector, certificate).empty() &&
         association(record.selector, record.matching, certificate) == record.data;
}

}  // namespace

base::Result<TlsaRecord> tlsa_record(std::uint8_t usage, std::uint8_t selector, std::uint8_t matching,
                                     const CertificateBytes& certificate) {
  if (selector > 1)
    return Error{Errc::range, fmt::format("there is no TLSA selector {}: 0 or 1", selector), {}};
  if (matching > 2)
    return Error{Errc::range, fmt::format("there is no TLSA matching type {}: 0, 1 or 2", matching), {}};
  return TlsaRecord{usage, selector, matching, association(selector, matching, certificate)};
}

base::Result<std::string> render_record(std::string_view host, std::uint16_t port, std::chrono::seconds ttl,
                                        const TlsaRecord& record) {
  const auto owner = base::tlsa_owner(host, port);
  if (!owner) return owner.error();
  if (ttl.count() < 0 || ttl.count() > longest_ttl)
    return Error{Errc::range, fmt::format("{} s is no TTL: 0 to {}", ttl.count(), longest_ttl), {}};
  return fmt::format("{} {} IN TLSA {}", *owner, ttl.count(), base::to_string(record));
}

bool matches(const TlsaRecord& record, const ChainBytes& chain) {
  if (chain.empty() || !base::is_usable_for_smtp(record)) return false;
  if (record.usage == dane_ee) return is_association_of(record, chain.front());
  return std::any_of(chain.begin() + 1, chain.end(),
                     [&record](const CertificateBytes& issuer) { return is_association_of(record, issuer); });
}

DaneVerdict judge_set(const std::vector<TlsaRecord>& records, const ChainBytes& chain) {
  if (std::none_of(records.begin(), records.end(), base::is_usable_for_smtp)) return DaneVerdict::not_dane;
  const bool found = std::any_of(records.begin(), records.end(),
                                 [&chain](const TlsaRecord& r) { return matches(r, chain); });
  return found ? DaneVerdict::match : DaneVerdict::mismatch;
}

std::vector<std::size_t> designated_issuers(const std::vector<TlsaRecord>& records, const ChainBytes& chain) {
  std::vector<std::size_t> out;
  for (std::size_t at = 1; at < chain.size(); ++at) {
    if (std::any_of(records.begin(), records.end(), [&](const TlsaRecord& r) {
          return r.usage == dane_ta && base::is_usable_for_smtp(r) && is_association_of(r, chain[at]);
        }))
      out.push_back(at);
  }
  return out;
}

std::vector<TlsaRecord> records_to_publish(const ChainBytes& chain) {
  std::vector<TlsaRecord> out;
  if (!chain.empty())
    out.push_back({dane_ee, subject_public_key_info, 1, association(subject_public_key_info, 1, chain[0])});
  if (chain.size() > 1)
    out.push_back({dane_ta, subject_public_key_info, 1, association(subject_public_key_info, 1, chain[1])});
  return out;
}

}  // namespace tlsward::cert
