// Owns the envelope sender's domain: how it is read, and the rules for it.
#ifndef TLSWARD_POLICY_SENDER_H
#define TLSWARD_POLICY_SENDER_H

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/rule.h"

namespace tlsward::policy {

/// A host or domain name as sender rules compare it: lower case, U-labels turned into A-labels (RFC 5890), no
/// trailing dot. Nothing for what cannot be a domain name (empty label, label over 63 or name over 253
/// octets, forbidden characters).
std::optional<std::string> normal_domain(std::string_view text);

/// The domain of a MAIL FROM argument: what follows the last unquoted @, source route and trailing dot
/// removed, as `normal_domain`. Empty for `<>`, an address without a domain, or an address literal (RFC 5321
/// section 4.1.2). A domain that is no name comes back as it is in lower case: it matches no rule, and the
/// log shows it.
std::string sender_domain(std::string_view mail_from);

/// The sender rules of a list, by domain. Immutable once the list is built.
class SenderRules {
 public:
  struct Found {
    const Rule* existing = nullptr;  ///< the rule that was there before, if the name was taken
  };
  /// `domain`: normal; with `subdomains` the rule is for all names below it, not for itself.
  Found add(const std::string& domain, bool subdomains, const Rule& rule);
  [[nodiscard]] bool empty() const { return exact_.empty() && below_.empty(); }
  /// The rules for a sender's domain: the longest name first, up to the first that no time or report makes
  /// step back.
  void collect(std::string_view domain, std::vector<const Rule*>& out) const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  std::unordered_map<std::string, Rule> exact_;
  std::unordered_map<std::string, Rule> below_;
};

}  // namespace tlsward::policy

#endif
