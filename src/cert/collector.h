// Owns what the intake has found so far: each certificate and key once, within the limits, and the findings.
#ifndef TLSWARD_CERT_COLLECTOR_H
#define TLSWARD_CERT_COLLECTOR_H

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/result.h"
#include "cert/checks.h"
#include "cert/intake.h"

namespace tlsward::cert {

class Collector {
 public:
  /// The next input begins.
  void add_file(const std::string& name) { material_.files.push_back(name); }

  /// Says something of a place; above 50 findings only that there are more.
  void find(Check check, const Place& place, std::string text, std::string hint);

  /// Takes the DER of a certificate: parsed, unless it is there already or there are too many.
  void add_certificate(std::string_view der, const Place& place);
  /// Whether certificates are still taken.
  [[nodiscard]] bool takes_certificates() const { return !has_too_many_certificates_; }

  /// Whether a private key in those bytes (encrypted or not) should be opened: they are new, and there are
  /// not too many yet. Asked before each attempt, since opening is what costs.
  bool wants_key(std::string_view bytes, const Place& place);
  void add_key(base::Result<PrivateKey> key, const Place& place);
  /// There is a private key, and it was not read: the finding says why.
  void miss_key() { material_.has_unread_key = true; }

  /// Whether anything was taken or said since `mark`; for a file that held nothing at all.
  [[nodiscard]] std::size_t mark() const { return seen_; }

  Material take() { return std::move(material_); }

 private:
  Material material_;
  std::unordered_set<std::string> certificates_seen_;  // by digest
  std::unordered_set<std::string> keys_seen_;
  std::size_t seen_ = 0;
  bool has_too_many_certificates_ = false;
  bool has_too_many_keys_ = false;
};

}  // namespace tlsward::cert

#endif
