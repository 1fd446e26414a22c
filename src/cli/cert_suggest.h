// Owns the look into DNS for names that a certificate had better carry too.
#ifndef TLSWARD_CLI_CERT_SUGGEST_H
#define TLSWARD_CLI_CERT_SUGGEST_H

#include <string>
#include <vector>

#include "cli/command.h"
#include "dns/answers.h"

namespace tlsward::cli {

/// The domains whose mail hosts are looked for: each name's own and the one above it, where that is no
/// top-level domain. Names as cert::normal_host gives them; wildcards and addresses have none. Each once, in
/// order. Pure.
std::vector<std::string> domains_of(const std::vector<std::string>& names);

/// Of a domain's mail hosts those that are not among `names` (and not covered by a wildcard there). Pure.
std::vector<std::string> missing_hosts(const dns::MxAnswer& answer, const std::vector<std::string>& names);

/// Asks DNS, for some seconds at most, and tells on standard error what is missing: clients compare a
/// certificate with the name in the MX record (RFC 7672 section 3.2.2, RFC 8461 section 4.1). Silent where
/// DNS is, and with
/// --no-dns.
void suggest_mail_hosts(Context& context, const std::vector<std::string>& names);

}  // namespace tlsward::cli

#endif
