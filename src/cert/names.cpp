#include "cert/names.h"

#include <gnutls/gnutls.h>

#include <algorithm>

#include "base/text.h"
#include "cert/gnutls_handles.h"
#include "net/address.h"

namespace tlsward::cert {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_host(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  std::size_t label = 0;
  for (const char c : name) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
    } else if (!((c >= 'a' && c <= 'z') || base::is_digit(c) || c == '-' || c == '_') || ++label > 63) {
      return false;
    }
  }
  return label != 0;
}

std::optional<net::Address> as_address(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return net::Address::parse(host);
}

/// Whether a name in a certificate is for `host`, which is normal. RFC 9525 section 6.3: a wildcard is a
/// whole label, the left-most; "m*.example.com" and "a.*.example.com" are none. Two labels behind it: nobody
/// is given all of ".com", and OpenSSL and GnuTLS do not take it either.
bool is_for(std::string_view pattern, std::string_view host) {
  if (!pattern.starts_with("*.")) return base::equals_ignoring_case(pattern, host);
  const std::string_view behind = pattern.substr(1);
  const std::size_t dot = host.find('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  return std::count(behind.begin(), behind.end(), '.') >= 2 &&
         base::equals_ignoring_case(behind, host.substr(dot));
}

}  // namespace

std::optional<std::string> normal_host(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > 1024 || text.find('\0') != std::string_view::npos) return std::nullopt;
  if (as_address(text)) return std::nullopt;
  std::string name = base::to_lower(text);
  if (!is_ascii(name)) {
    Datum mapped;
    if (gnutls_idna_map(name.c_str(), static_cast<unsigned>(name.size()), mapped.out(), 0) < 0)
      return std::nullopt;
    name = base::to_lower(mapped.view());
  }
  if (!is_host(name)) return std::nullopt;
  return name;
}

NameMatch match_name(const Certificate& certificate, std::string_view host) {
  if (const auto address = as_address(host)) {
    const auto& known = certificate.ip_addresses();
    return std::find(known.begin(), known.end(), *address) != known.end() ? NameMatch::by_alt_name
                                                                          : NameMatch::none;
  }
  const auto name = normal_host(host);
  if (!name) return NameMatch::none;
  const auto& dns = certificate.dns_names();
  if (std::any_of(dns.begin(), dns.end(), [&](const std::string& one) { return is_for(one, *name); }))
    return NameMatch::by_alt_name;
  // RFC 6125 section 6.4.4: only where no subjectAltName says a host at all.
  if (!dns.empty() || !certificate.ip_addresses().empty()) return NameMatch::none;
  return is_for(certificate.common_name(), *name) ? NameMatch::by_common_name : NameMatch::none;
}

std::string names_text(const Certificate& certificate, std::size_t limit) {
  std::vector<std::string> names;
  for (const std::string& name : certificate.dns_names()) names.push_back(base::printable(name));
  for (const net::Address& address : certificate.ip_addresses()) names.push_back(net::to_string(address));
  if (names.empty()) {
    const std::string common_name = certificate.common_name();
    if (!common_name.empty()) names.push_back(base::printable(common_name));
  }
  if (names.empty()) return "no name";
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < limit; ++i) out += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > limit) out += " and " + std::to_string(names.size() - limit) + " more";
  return out;
}

}  // namespace tlsward::cert
