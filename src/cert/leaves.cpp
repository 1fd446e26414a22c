#include "cert/leaves.h"

#include <fmt/format.h>

#include <algorithm>

#include "cert/chain_checks.h"

namespace tlsward::cert {
namespace {

/// What is known of each certificate and key before the choice.
class Choice {
 public:
  Choice(const Material& material, Judgement& out)
      : material_(material), out_(out), is_claimed_(material.keys.size(), false) {
    for (const Certificate& certificate : material.certificates) key_of_.push_back(find_key(certificate));
  }

  /// The certificates that are a server's: those that a key belongs to and those that are no authority's. An
  /// authority's with its key only where there is nothing else.
  std::vector<std::size_t> candidates() const {
    std::vector<std::size_t> servers;
    std::vector<std::size_t> authorities;
    for (std::size_t i = 0; i < material_.certificates.size(); ++i) {
      const Certificate& certificate = material_.certificates[i];
      if (certificate.is_ca() && !is_meant_for_server(certificate)) {
        if (key_of_[i]) authorities.push_back(i);
      } else if (key_of_[i] || !issues_another(i)) {
        servers.push_back(i);
      }
    }
    return servers.empty() ? authorities : servers;
  }

  /// The better of two with the same kind of key: the one whose key is there, then the newer.
  bool is_better(std::size_t a, std::size_t b) const {
    if (key_of_[a].has_value() != key_of_[b].has_value()) return key_of_[a].has_value();
    return material_.certificates[a].not_before() > material_.certificates[b].not_before();
  }

  bool has_key(std::size_t certificate) const { return key_of_[certificate].has_value(); }

  /// Its key, if that works; says so if not.
  std::optional<std::size_t> claim_key(std::size_t certificate) {
    const auto key = key_of_[certificate];
    if (!key) return std::nullopt;
    for (std::size_t i = 0; i < is_claimed_.size(); ++i) {
      // A broken copy of the key belongs to this certificate, too.
      if (material_.keys[i].has_public_half_of(material_.certificates[certificate])) is_claimed_[i] = true;
    }
    if (material_.keys[*key].matches(material_.certificates[certificate])) return key;
    out_.add_about_key(
        Check::key_mismatch, *key,
        fmt::format("the private key has the public half of the certificate {}, but does not work",
                    name_of(material_.certificates[certificate])),
        "it is damaged: take it from a backup, or make a new one with tlsward cert request");
    return std::nullopt;
  }

  void tell_missing_key(std::size_t certificate, bool needs_key) {
    const Certificate& leaf = material_.certificates[certificate];
    const auto free = std::find(is_claimed_.begin(), is_claimed_.end(), false);
    if (free != is_claimed_.end()) {
      const auto key = static_cast<std::size_t>(free - is_claimed_.begin());
      out_.add_about_key(Check::key_mismatch, key,
                         fmt::format("the private key ({}) is not that of the certificate {} ({})",
                                     material_.keys[key].key().text(), name_of(leaf), leaf.key().text()),
                         "give the key that was made together with the request for this certificate");
      has_mismatch_ = true;
    } else if (needs_key && !material_.has_unread_key) {
      out_.add(Check::no_key, leaf,
               fmt::format("the private key of the certificate {} is missing", name_of(leaf)),
               "give its file, too");
    }
  }

  void tell_superfluous_keys() {
    // With a mismatch it was said what is wrong with it already.
    if (has_mismatch_) return;
    for (std::size_t i = 0; i < is_claimed_.size(); ++i) {
      if (is_claimed_[i]) continue;
      out_.add_about_key(
          Check::key_superfluous, i,
          fmt::format("the private key ({}, pin {}) belongs to none of the certificates and is "
                      "left out",
                      material_.keys[i].key().text(), material_.keys[i].spki_pin()),
          "leave its file away, or add the certificate that it belongs to");
    }
  }

 private:
  std::optional<std::size_t> find_key(const Certificate& certificate) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < material_.keys.size(); ++i) {
      if (!material_.keys[i].has_public_half_of(certificate)) continue;
      if (!found || !material_.keys[*found].matches(certificate)) found = i;
    }
    return found;
  }

  bool issues_another(std::size_t number) const {
    const Certificate& issuer = material_.certificates[number];
    return std::any_of(material_.certificates.begin(), material_.certificates.end(),
                       [&](const Certificate& other) {
                         return &other != &issuer && !other.is_self_issued() && other.names_issuer(issuer);
                       });
  }

  const Material& material_;
  Judgement& out_;
  std::vector<std::optional<std::size_t>> key_of_;
  std::vector<bool> is_claimed_;
  bool has_mismatch_ = false;
};

void tell_no_leaf(const Material& material, Judgement& out) {
  if (material.certificates.empty()) {
    // What could not be opened or read was told; the certificate may be in there.
    if (base::has_at_least(material.findings, base::Severity::error)) return;
    out.add(Check::no_leaf, "there is no certificate", "give the server's certificate and its chain");
    return;
  }
  out.add(Check::no_leaf,
          material.certificates.size() == 1
              ? fmt::format("{} is the certificate of an authority, not of a server",
                            name_of(material.certificates.front()))
              : fmt::format("all {} certificates are those of authorities, none is a server's",
                            material.certificates.size()),
          "give the server's own certificate, too");
}

}  // namespace

Leaves choose_leaves(const Material& material, bool needs_key, Judgement& out) {
  Leaves leaves;
  Choice choice(material, out);
  for (const std::size_t candidate : choice.candidates()) {
    const Certificate& certificate = material.certificates[candidate];
    const auto rival = std::find_if(leaves.chosen.begin(), leaves.chosen.end(), [&](const Leaf& leaf) {
      return material.certificates[leaf.certificate].key().kind == certificate.key().kind;
    });
    if (rival == leaves.chosen.end()) {
      leaves.chosen.push_back({candidate, std::nullopt});
      continue;
    }
    out.add(Check::several_leaves, certificate,
            fmt::format("{} and {} are both servers' certificates with the same kind of key ({})",
                        name_of(material.certificates[rival->certificate]), name_of(certificate),
                        kind_name(certificate.key().kind)),
            "give one of the two; the newest with its key is the one that was looked at");
    const bool is_better = choice.is_better(candidate, rival->certificate);
    leaves.doubled.push_back(is_better ? rival->certificate : candidate);
    if (is_better) rival->certificate = candidate;
  }
  if (leaves.chosen.empty()) tell_no_leaf(material, out);
  // First all that have a key, so that only what is left over can be the wrong one.
  std::vector<std::size_t> without;
  for (Leaf& leaf : leaves.chosen) {
    leaf.key = choice.claim_key(leaf.certificate);
    if (!choice.has_key(leaf.certificate)) without.push_back(leaf.certificate);
  }
  for (const std::size_t certificate : leaves.doubled) (void)choice.claim_key(certificate);
  for (const std::size_t certificate : without) choice.tell_missing_key(certificate, needs_key);
  if (!leaves.chosen.empty()) choice.tell_superfluous_keys();
  return leaves;
}

}  // namespace tlsward::cert
