#include "milter/macros.h"

#include "base/text.h"

namespace tlsward::milter {
namespace {

int hex_digit(char c) {
  if (base::is_digit(c)) return c - '0';
  const char low = base::lower(c);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/// Where a part of a one-line name ends: at a "/" behind which another "KEY=" begins. A "/" may also be part
/// of a value.
std::size_t end_of_part(std::string_view text, std::size_t from) {
  for (std::size_t slash = text.find('/', from); slash != std::string_view::npos;
       slash = text.find('/', slash + 1)) {
    std::size_t i = slash + 1;
    while (i < text.size() && (base::is_digit(text[i]) || text[i] == '.' ||
                               (base::lower(text[i]) >= 'a' && base::lower(text[i]) <= 'z')))
      ++i;
    if (i > slash + 1 && i < text.size() && text[i] == '=') return slash;
  }
  return text.size();
}

/// Sendmail's name: the common name where it was sent, else what the whole name has of it.
std::string sendmail_name(std::string_view common_name, std::string_view one_line) {
  if (!common_name.empty()) return decode_xtext(common_name).value_or(std::string());
  return common_name_of(one_line);
}

}  // namespace

MtaKind mta_kind(conf::Mta configured, std::string_view version) {
  switch (configured) {
    case conf::Mta::postfix: return MtaKind::postfix;
    case conf::Mta::sendmail: return MtaKind::other;
    case conf::Mta::automatic:
    case conf::Mta::none: break;
  }
  return version.starts_with("Postfix") ? MtaKind::postfix : MtaKind::other;
}

policy::Tls read_tls(const MailMacros& macros, MtaKind mta) {
  policy::Tls tls;
  tls.encrypted = !macros.tls_version.empty() || !macros.cipher.empty();
  if (!tls.encrypted) return tls;
  tls.version_name = macros.tls_version;
  tls.version = policy::TlsVersion::parse(macros.tls_version);
  if (const auto bits = base::parse_decimal(macros.cipher_bits, 1'000'000))
    tls.bits = static_cast<std::uint32_t>(*bits);
  if (mta == MtaKind::postfix) {
    tls.verified = !macros.cert_subject.empty();
  } else {
    tls.verified = macros.verify == "OK" || macros.verify == "TRUSTED";
  }
  if (!tls.verified) return tls;
  if (mta == MtaKind::postfix) {
    tls.subject = macros.cert_subject;
    tls.issuer = macros.cert_issuer;
  } else {
    tls.subject = sendmail_name(macros.cn_subject, macros.cert_subject);
    tls.issuer = sendmail_name(macros.cn_issuer, macros.cert_issuer);
  }
  return tls;
}

std::optional<net::Address> read_client_addr(std::string_view macro) {
  constexpr std::string_view prefix = "IPv6:";
  if (macro.size() > prefix.size() && base::equals_ignoring_case(macro.substr(0, prefix.size()), prefix))
    macro.remove_prefix(prefix.size());
  const auto address = net::Address::parse(macro);
  if (!address) return std::nullopt;
  const bool is_loopback = address->family == net::Family::v4 ? (address->low >> 24U) == 127
                                                              : address->high == 0 && address->low == 1;
  if (is_loopback) return std::nullopt;
  return address;
}

std::optional<std::string> decode_xtext(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '+') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string common_name_of(std::string_view one_line) {
  constexpr std::string_view key = "/CN=";
  const std::size_t at = one_line.find(key);
  if (at == std::string_view::npos || one_line.find(key, at + 1) != std::string_view::npos) return {};
  const std::size_t begin = at + key.size();
  return decode_xtext(one_line.substr(begin, end_of_part(one_line, begin) - begin)).value_or(std::string());
}

}  // namespace tlsward::milter
