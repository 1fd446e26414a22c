// Owns what the MTA's macros mean. Pure: text in, facts out.
#ifndef TLSWARD_MILTER_MACROS_H
#define TLSWARD_MILTER_MACROS_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "conf/config.h"
#include "net/address.h"
#include "policy/session.h"

namespace tlsward::milter {

/// The two ways of telling about a client's certificate.
enum class MtaKind : std::uint8_t {
  postfix,  ///< {cert_subject} is a common name, and is there only for a certificate that the MTA trusts
  other,    ///< Sendmail: {cert_subject} is a whole name, there for any certificate; {verify} tells
};

/// What the configuration says, or else the macro `v`: Postfix's begins with "Postfix".
MtaKind mta_kind(conf::Mta configured, std::string_view version);

/// The macros of one MAIL command. An empty view is a macro that is absent, or empty, which means the same.
struct MailMacros {
  std::string_view queue_id;      ///< i
  std::string_view tls_version;   ///< {tls_version}
  std::string_view cipher;        ///< {cipher}
  std::string_view cipher_bits;   ///< {cipher_bits}
  std::string_view verify;        ///< {verify}
  std::string_view cert_subject;  ///< {cert_subject}
  std::string_view cert_issuer;   ///< {cert_issuer}
  std::string_view cn_subject;    ///< {cn_subject}
  std::string_view cn_issuer;     ///< {cn_issuer}
  std::string_view client_addr;   ///< {client_addr}
  std::string_view auth_authen;   ///< {auth_authen}
  std::string_view daemon_name;   ///< {daemon_name}
};

/// The TLS state that the macros tell of. No {tls_version} and no {cipher}: in the clear.
policy::Tls read_tls(const MailMacros& macros, MtaKind mta);

/// The address in {client_addr}, which has "IPv6:" before an IPv6 one. A loopback address is none: this is
/// asked only where the MTA could not say who its client is, and nobody becomes exempt by that.
std::optional<net::Address> read_client_addr(std::string_view macro);

/// Sendmail's escapes undone: "+20" is a blank. Nothing for an escape that is none, and for one of a NUL.
std::optional<std::string> decode_xtext(std::string_view text);

/// The common name in a name of one line, "/O=Bench/CN=mx.example", escapes undone. Empty unless there is
/// exactly one: a "/CN=" within another part would let a certificate speak for a second name.
std::string common_name_of(std::string_view one_line);

}  // namespace tlsward::milter

#endif
