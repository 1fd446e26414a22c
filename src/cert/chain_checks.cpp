#include "cert/chain_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/clock.h"
#include "base/text.h"
#include "cert/gnutls_handles.h"
#include "cert/names.h"

namespace tlsward::cert {
namespace {

constexpr std::string_view server_auth = "1.3.6.1.5.5.7.3.1";
constexpr std::string_view any_purpose = "2.5.29.37.0";
constexpr unsigned smallest_rsa = 2048;
constexpr unsigned largest_rsa = 16384;
constexpr unsigned smallest_curve = 256;

/// Critical extensions that TLS peers process (RFC 5280 section 4.2 and its private ones, RFC 7633), and
/// Netscape's old type.
constexpr std::array known_extensions{
    std::string_view("2.5.29.14"),          std::string_view("2.5.29.15"),
    std::string_view("2.5.29.17"),          std::string_view("2.5.29.18"),
    std::string_view("2.5.29.19"),          std::string_view("2.5.29.30"),
    std::string_view("2.5.29.31"),          std::string_view("2.5.29.32"),
    std::string_view("2.5.29.33"),          std::string_view("2.5.29.35"),
    std::string_view("2.5.29.36"),          std::string_view("2.5.29.37"),
    std::string_view("2.5.29.54"),          std::string_view("1.3.6.1.5.5.7.1.1"),
    std::string_view("1.3.6.1.5.5.7.1.24"), std::string_view("2.16.840.1.113730.1.1")};

bool allows_server(const Certificate& certificate) {
  const auto& purposes = certificate.extended_key_usages();
  return purposes.empty() || std::any_of(purposes.begin(), purposes.end(), [](const std::string& purpose) {
           return purpose == server_auth || purpose == any_purpose;
         });
}

void check_names(const Certificate& leaf, const VerifySettings& settings, Judgement& out) {
  for (const std::string& hostname : settings.hostnames) {
    const std::string shown = base::printable(hostname);
    switch (match_name(leaf, hostname)) {
      case NameMatch::by_alt_name: break;
      case NameMatch::by_common_name:
        out.add(
            Check::name_cn_only, leaf,
            fmt::format("{} stands in the common name only, and many peers look at the subjectAltNames alone",
                        shown),
            "ask the issuer for a certificate with the name as subjectAltName: tlsward cert request");
        break;
      case NameMatch::none:
        out.add(
            Check::name_mismatch, leaf,
            fmt::format("the certificate is for {}, not for {}", names_text(leaf), shown),
            "get one for that name (tlsward cert request), or name the host that it is for by --hostname");
        break;
    }
  }
}

void check_usage(const Certificate& leaf, Judgement& out) {
  if (!allows_server(leaf)) {
    out.add(Check::usage_not_server, leaf,
            fmt::format(
                "the certificate {} may not be used by TLS servers: its extended key usage lacks serverAuth",
                name_of(leaf)),
            "ask the issuer for a server's certificate");
  }
  const auto& usage = leaf.key_usage();
  // TLS 1.3 and every exchange with forward secrecy sign; peers that look refuse a key that may not.
  if (usage && !usage->digital_signature) {
    out.add(Check::usage_not_server, leaf,
            fmt::format("the key of the certificate {} may not sign handshakes: its key usage lacks "
                        "digitalSignature",
                        name_of(leaf)),
            "ask the issuer for a server's certificate");
  }
}

void check_dates(const Certificate& certificate, bool tell_soon, const VerifySettings& settings,
                 Judgement& out) {
  if (settings.at > certificate.not_after()) {
    out.add(Check::expired, certificate,
            fmt::format("the certificate {} expired at {}", name_of(certificate),
                        base::render_time(certificate.not_after())),
            "get a new one from its issuer");
  } else if (settings.at < certificate.not_before()) {
    out.add(Check::not_yet_valid, certificate,
            fmt::format("the certificate {} is valid from {} on only", name_of(certificate),
                        base::render_time(certificate.not_before())),
            "wait until then, or set the clock if it is wrong");
  } else if (tell_soon && certificate.not_after() - settings.at <= settings.expires_soon) {
    out.add(Check::expires_soon, certificate,
            fmt::format("the certificate {} expires at {}", name_of(certificate),
                        base::render_time(certificate.not_after())),
            "renew it now");
  }
}

void check_key(const Certificate& certificate, Judgement& out) {
  const KeyFacts& key = certificate.key();
  std::string why;
  switch (key.kind) {
    case KeyKind::rsa:
    case KeyKind::rsa_pss:
      if (key.bits < smallest_rsa) why = "2048 bits is the least that peers take";
      if (key.bits > largest_rsa) why = "no peer takes more than 16384 bits";
      break;
    case KeyKind::ecdsa:
      if (key.bits < smallest_curve) why = "P-256 is the smallest curve that peers take";
      break;
    case KeyKind::dsa: why = "peers no longer take DSA"; break;
    case KeyKind::other: why = "peers cannot use this kind of key"; break;
    case KeyKind::ed25519:
    case KeyKind::ed448: break;
  }
  if (why.empty()) return;
  out.add(Check::key_weak, certificate,
          fmt::format("the key of {} is {}: {}", name_of(certificate), key.text(), why),
          "make a new key and a request for it: tlsward cert request");
}

void check_signature_strength(const Certificate& certificate, Judgement& out) {
  const std::string hash = certificate.signature_hash();
  if (hash != "MD5" && hash != "MD2" && hash != "SHA1") return;
  out.add(Check::signature_weak, certificate,
          fmt::format("the certificate {} is signed with {}", name_of(certificate),
                      certificate.signature_algorithm()),
          "ask the issuer for one that is signed with SHA-256 or better");
}

void check_extensions(const Certificate& certificate, Judgement& out) {
  constexpr unsigned most = 100;
  for (unsigned i = 0; i < most; ++i) {
    std::array<char, 128> oid{};
    std::size_t size = oid.size();
    unsigned is_critical = 0;
    if (gnutls_x509_crt_get_extension_info(certificate.handle(), i, oid.data(), &size, &is_critical) < 0)
      return;
    const std::string_view name = oid.data();
    if (is_critical == 0 ||
        std::find(known_extensions.begin(), known_extensions.end(), name) != known_extensions.end())
      continue;
    out.add(Check::extension_unknown, certificate,
            fmt::format("the certificate {} has the critical extension {}, which peers do not know",
                        name_of(certificate), base::printable(name)),
            "ask the issuer for one without it");
  }
}

/// Whether the names of `certificate` are permitted by the name constraints of `authority`
/// (RFC 5280 section 4.2.1.10).
bool permits_names(const Certificate& authority, const Certificate& certificate) {
  const auto constraints = make_handle<NameConstraintsHandle>(&gnutls_x509_name_constraints_init);
  const int rc = gnutls_x509_crt_get_name_constraints(authority.handle(), constraints.get(), 0, nullptr);
  if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) return true;
  if (rc < 0) return false;
  for (const auto kind :
       {GNUTLS_SAN_DNSNAME, GNUTLS_SAN_RFC822NAME, GNUTLS_SAN_DN, GNUTLS_SAN_URI, GNUTLS_SAN_IPADDRESS}) {
    if (gnutls_x509_name_constraints_check_crt(constraints.get(), kind, certificate.handle()) == 0)
      return false;
  }
  return true;
}

/// Checks that `authority` may issue what is below it. `below`: from the leaf up.
void check_authority(const Certificate& authority, const std::vector<const Certificate*>& below,
                     bool is_trusted_anchor, Judgement& out) {
  const std::string hint = "ask the issuer for the right chain";
  // A root is trusted by decision: old ones have no extensions to say that they are authorities.
  if (!is_trusted_anchor && !authority.is_ca()) {
    out.add(Check::path_constraint, authority,
            fmt::format("{} is no certificate authority and cannot issue {}", name_of(authority),
                        name_of(*below.back())),
            hint);
  } else if (authority.key_usage() && !authority.key_usage()->key_cert_sign) {
    out.add(Check::path_constraint, authority,
            fmt::format("the key of {} may not sign certificates: its key usage lacks keyCertSign",
                        name_of(authority)),
            hint);
  }
  // Self-issued certificates do not count (RFC 5280 section 4.2.1.9), nor does the leaf.
  const auto length = std::count_if(below.begin() + 1, below.end(),
                                    [](const Certificate* c) { return !c->is_self_issued(); });
  if (const auto most = authority.path_length(); most && length > static_cast<long>(*most)) {
    out.add(
        Check::path_constraint, authority,
        fmt::format("{} allows {} authorities below it, and there are {}", name_of(authority), *most, length),
        hint);
  }
  for (const Certificate* certificate : below) {
    if (certificate != below.front() && certificate->is_self_issued()) continue;
    if (permits_names(authority, *certificate)) continue;
    out.add(Check::path_constraint, authority,
            fmt::format("{} may not issue {}: its name constraints do not permit the names in it",
                        name_of(authority), name_of(*certificate)),
            "ask the issuer for a certificate from an authority for these names");
  }
}

void check_end(const Certificate& last, const Chain& chain, Judgement& out) {
  switch (chain.end) {
    case ChainEnd::trusted: break;
    case ChainEnd::private_root:
      out.add(Check::private_root, *chain.anchor,
              fmt::format("the chain ends at {}, which is none of the roots that peers trust",
                          name_of(*chain.anchor)),
              "peers that verify must be given this root; it is not part of the chain to serve");
      break;
    case ChainEnd::self_signed_leaf:
      out.add(Check::self_signed, last,
              fmt::format("the certificate {} signed itself: no peer can verify it", name_of(last)),
              "enough for encryption; for more get one from an authority, or publish it: tlsward cert tlsa");
      break;
    case ChainEnd::issuer_missing: {
      if (last.is_self_issued()) {
        out.add(Check::signature_invalid, last,
                fmt::format("the certificate {} names itself as its issuer, and its signature is not its own",
                            name_of(last)),
                "it is damaged, or its issuer of the same name is missing: get it again");
        break;
      }
      const auto urls = last.issuer_urls();
      out.add(Check::chain_incomplete, last,
              fmt::format("the certificate of {}, which issued {}, is missing",
                          base::printable(last.issuer(), 200), name_of(last)),
              urls.empty()
                  ? "add the intermediate certificates that its issuer gives out (\"chain\", \"bundle\")"
                  : fmt::format("its issuer gives it out at {}", base::printable(urls.front(), 400)));
      break;
    }
  }
}

}  // namespace

bool is_meant_for_server(const Certificate& certificate) {
  const bool names_host = !certificate.dns_names().empty() || !certificate.ip_addresses().empty();
  const bool may_sign = certificate.key_usage() && certificate.key_usage()->key_cert_sign;
  return names_host && !may_sign;
}

void check_leaf(const Certificate& leaf, const VerifySettings& settings, Judgement& out) {
  check_names(leaf, settings, out);
  check_usage(leaf, out);
  // "openssl req -x509" makes a server's certificate an authority's, and as its own root it is one.
  if (leaf.is_ca() && !(is_meant_for_server(leaf) && leaf.is_self_signed())) {
    out.add(Check::leaf_is_ca, leaf,
            fmt::format("the certificate {} is that of an authority, not of a server", name_of(leaf)),
            "give the server's certificate; an authority's key does not belong on a mail server");
  }
  if (leaf.must_staple()) {
    out.add(Check::must_staple, leaf,
            fmt::format("the certificate {} demands a stapled OCSP answer, which mail servers do not send",
                        name_of(leaf)),
            "ask the issuer for one without must-staple");
  }
}

void check_chain(const Certificate& leaf, const Chain& chain, const VerifySettings& settings,
                 Judgement& out) {
  std::vector<const Certificate*> path{&leaf};
  for (const Certificate& intermediate : chain.intermediates) path.push_back(&intermediate);
  const std::size_t served = path.size();
  if (chain.anchor) path.push_back(&*chain.anchor);
  check_end(*path[served - 1], chain, out);
  for (std::size_t i = 0; i < path.size(); ++i) {
    const Certificate& certificate = *path[i];
    const bool is_anchor = i >= served;
    check_dates(certificate, !is_anchor, settings, out);
    check_key(certificate, out);
    check_extensions(certificate, out);
    // Nobody relies on the signature that a root has made of itself.
    if (!is_anchor) check_signature_strength(certificate, out);
    if (i > 0) {
      check_authority(certificate, {path.begin(), path.begin() + static_cast<std::ptrdiff_t>(i)},
                      is_anchor && chain.end == ChainEnd::trusted, out);
    }
    if (i > 0 && !is_anchor && !allows_server(certificate)) {
      out.add(Check::usage_not_server, certificate,
              fmt::format(
                  "{} may not issue certificates for TLS servers: its extended key usage lacks serverAuth",
                  name_of(certificate)),
              "ask the issuer for a server's certificate and its chain");
    }
    if (i + 1 < path.size() && !certificate.is_signed_by(*path[i + 1])) {
      out.add(Check::signature_invalid, certificate,
              fmt::format("the signature of the certificate {} was not made by the key of {}",
                          name_of(certificate), name_of(*path[i + 1])),
              "one of the two is damaged or not the right one: get both from the issuer again");
    }
  }
}

}  // namespace tlsward::cert
