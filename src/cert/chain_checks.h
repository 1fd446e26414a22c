// Owns the checks of one server's certificate with its chain: dates, keys, signatures, usages, constraints.
#ifndef TLSWARD_CERT_CHAIN_CHECKS_H
#define TLSWARD_CERT_CHAIN_CHECKS_H

#include "cert/chain.h"
#include "cert/judgement.h"
#include "cert/verify.h"

namespace tlsward::cert {

/// Whether a certificate is meant for a server, whatever basicConstraints say: it names a host among its
/// subjectAltNames, and its key usage does not say that it may sign certificates.
bool is_meant_for_server(const Certificate& certificate);

/// Checks the leaf alone: names, usage, kind of key, stapling.
void check_leaf(const Certificate& leaf, const VerifySettings& settings, Judgement& out);

/// Checks the leaf and all above it: where the chain ends, dates, signatures, sizes of keys, constraints.
void check_chain(const Certificate& leaf, const Chain& chain, const VerifySettings& settings, Judgement& out);

}  // namespace tlsward::cert

#endif
