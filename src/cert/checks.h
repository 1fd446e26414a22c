// Owns the names of the certificate checks. The manual lists them, and a test holds the two together.
#ifndef TLSWARD_CERT_CHECKS_H
#define TLSWARD_CERT_CHECKS_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/finding.h"

namespace tlsward::cert {

/// Everything that can be said about certificates, keys and chains.
enum class Check : std::uint8_t {
  unreadable,
  unparsable,
  too_many_certificates,
  too_many_keys,
  no_leaf,
  several_leaves,
  no_key,
  key_mismatch,
  key_encrypted,
  passphrase_wrong,
  chain_incomplete,
  signature_invalid,
  expired,
  not_yet_valid,
  name_mismatch,
  leaf_is_ca,
  usage_not_server,
  path_constraint,
  extension_unknown,
  key_weak,
  signature_weak,
  dane_mismatch,
  chain_order,
  chain_superfluous,
  key_superfluous,
  private_root,
  self_signed,
  name_cn_only,
  expires_soon,
  key_type_uncommon,
  must_staple,
  key_permissions,
  store_failed,
  mta_check_failed,
  reload_failed,
  not_served,
  mta_not_attached,
  more_findings,
};

using CheckInfo = base::CheckInfo<Check>;

/// All of them, in the order of the enumeration and of the manual.
inline constexpr std::array all_checks{
    CheckInfo{Check::unreadable, "unreadable", base::Severity::error,
              "a file cannot be read, is a folder, or is larger than 16 MiB"},
    CheckInfo{Check::unparsable, "unparsable", base::Severity::error,
              "a file holds neither certificate nor key, or one that is damaged or cut"},
    CheckInfo{Check::too_many_certificates, "too-many-certificates", base::Severity::error,
              "the files hold more than 1000 certificates"},
    CheckInfo{Check::too_many_keys, "too-many-keys", base::Severity::error,
              "the files hold more than 16 private keys"},
    CheckInfo{Check::no_leaf, "no-leaf", base::Severity::error,
              "there is no server's certificate, or only those of authorities"},
    CheckInfo{Check::several_leaves, "several-leaves", base::Severity::error,
              "there are two servers' certificates with the same kind of key"},
    CheckInfo{Check::no_key, "no-key", base::Severity::error, "a server's certificate came without its key"},
    CheckInfo{Check::key_mismatch, "key-mismatch", base::Severity::error,
              "the private key is not that of the certificate, or does not work"},
    CheckInfo{Check::key_encrypted, "key-encrypted", base::Severity::error,
              "something is encrypted and no passphrase was given"},
    CheckInfo{Check::passphrase_wrong, "passphrase-wrong", base::Severity::error,
              "the passphrase does not open what is encrypted"},
    CheckInfo{Check::chain_incomplete, "chain-incomplete", base::Severity::error,
              "the certificate of an issuer is missing"},
    CheckInfo{Check::signature_invalid, "signature-invalid", base::Severity::error,
              "a certificate's signature was not made by its issuer's key"},
    CheckInfo{Check::expired, "expired", base::Severity::error,
              "a certificate of the chain is no longer valid"},
    CheckInfo{Check::not_yet_valid, "not-yet-valid", base::Severity::error,
              "a certificate of the chain is not valid yet"},
    CheckInfo{Check::name_mismatch, "name-mismatch", base::Severity::error,
              "the certificate is not for the mail server's host name"},
    CheckInfo{Check::leaf_is_ca, "leaf-is-ca", base::Severity::error,
              "the server's certificate is that of an authority"},
    CheckInfo{Check::usage_not_server, "usage-not-server", base::Severity::error,
              "a certificate of the chain may not be used for TLS servers"},
    CheckInfo{Check::path_constraint, "path-constraint", base::Severity::error,
              "an issuer may not issue this: no authority, path too long, or name not permitted"},
    CheckInfo{Check::extension_unknown, "extension-unknown", base::Severity::error,
              "a certificate has a critical extension that peers do not know"},
    CheckInfo{
        Check::key_weak, "key-weak", base::Severity::error,
        "a key of the chain is too weak (RSA below 2048 bits, a curve below 256, DSA) or cannot be used"},
    CheckInfo{Check::signature_weak, "signature-weak", base::Severity::error,
              "the server's or an intermediate certificate is signed with MD5 or SHA-1"},
    CheckInfo{Check::dane_mismatch, "dane-mismatch", base::Severity::error,
              "TLSA records are published, and none of them is for this certificate"},
    CheckInfo{Check::chain_order, "chain-order", base::Severity::warning,
              "the chain was out of order and was put in order"},
    CheckInfo{Check::chain_superfluous, "chain-superfluous", base::Severity::warning,
              "a certificate is not part of the chain to serve and was left out (the root, too)"},
    CheckInfo{Check::key_superfluous, "key-superfluous", base::Severity::warning,
              "a private key belongs to no server's certificate here and was left out"},
    CheckInfo{Check::private_root, "private-root", base::Severity::warning,
              "the chain ends at a root that others do not trust"},
    CheckInfo{Check::self_signed, "self-signed", base::Severity::warning,
              "the server's certificate signed itself, so no peer can verify it"},
    CheckInfo{Check::name_cn_only, "name-cn-only", base::Severity::warning,
              "the host name is in the common name only, where many peers do not look"},
    CheckInfo{Check::expires_soon, "expires-soon", base::Severity::warning,
              "a certificate of the chain expires within 30 days"},
    CheckInfo{Check::key_type_uncommon, "key-type-uncommon", base::Severity::warning,
              "many peers cannot verify this kind of key (Ed25519, Ed448, RSA-PSS)"},
    CheckInfo{Check::must_staple, "must-staple", base::Severity::warning,
              "the certificate demands a stapled OCSP answer, which mail servers do not send"},
    CheckInfo{Check::key_permissions, "key-permissions", base::Severity::warning,
              "the file of a private key can be read by others"},
    CheckInfo{Check::store_failed, "store-failed", base::Severity::error,
              "the store could not make the deployment live"},
    CheckInfo{Check::mta_check_failed, "mta-check-failed", base::Severity::error,
              "the mail server finds fault with its own configuration"},
    CheckInfo{Check::reload_failed, "reload-failed", base::Severity::error,
              "the mail server could not be reloaded"},
    CheckInfo{Check::not_served, "not-served", base::Severity::error,
              "the running mail server does not serve what is live"},
    CheckInfo{Check::mta_not_attached, "mta-not-attached", base::Severity::info,
              "the mail server does not use the store, so it was not asked"},
    CheckInfo{Check::more_findings, "more-findings", base::Severity::error,
              "there are more findings than are told"},
};

constexpr const CheckInfo& info_of(Check check) {
  return all_checks[static_cast<std::size_t>(check)];
}

/// Whether `--accept NAME` may turn that check into a warning: every error but `key-mismatch`. False for a
/// name that is none.
bool may_accept(std::string_view name);

}  // namespace tlsward::cert

#endif
