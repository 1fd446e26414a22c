#include "cert/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "cert/chain_checks.h"
#include "cert/judgement.h"
#include "cert/leaves.h"

namespace tlsward::cert {
namespace {

bool contains(const std::vector<Certificate>& list, const Certificate& certificate) {
  return std::find(list.begin(), list.end(), certificate) != list.end();
}

bool is_designated(const VerifySettings& settings, const Certificate& certificate) {
  return settings.is_designated && settings.is_designated(certificate);
}

/// The chain to serve: the intermediates, and what a published TLSA record designates above or beside them,
/// since a peer that checks DANE must be shown it (RFC 7671 section 5.2.2).
std::vector<Certificate> chain_to_serve(const Certificate& leaf, const Chain& chain, const Material& material,
                                        const VerifySettings& settings) {
  std::vector<Certificate> out = chain.intermediates;
  if (chain.anchor && is_designated(settings, *chain.anchor)) out.push_back(*chain.anchor);
  for (const Certificate& certificate : material.certificates) {
    if (certificate == leaf || contains(out, certificate) || !is_designated(settings, certificate)) continue;
    const auto is_child = [&](const Certificate& one) { return one.names_issuer(certificate); };
    if (is_child(leaf) || std::any_of(out.begin(), out.end(), is_child)) out.push_back(certificate);
  }
  return out;
}

/// Whether a file says the certificates of a chain in another order than they are served in. `path`: from the
/// leaf up.
bool is_out_of_order(const std::vector<const Certificate*>& path, const Material& material) {
  std::size_t last = 0;
  const Place* last_place = nullptr;
  for (const Certificate* certificate : path) {
    const auto& known = material.certificates;
    const auto at =
        static_cast<std::size_t>(std::find(known.begin(), known.end(), *certificate) - known.begin());
    if (at == known.size()) continue;
    const Place* const place =
        at < material.certificate_places.size() ? &material.certificate_places[at] : nullptr;
    // Files may be given in any order; within PKCS#7 and PKCS#12 there is none.
    if (place == nullptr || !place->is_ordered) continue;
    const bool is_same_file = last_place == nullptr || place->file == last_place->file;
    if (is_same_file && at < last) return true;
    last = at;
    last_place = place;
  }
  return false;
}

/// All that is judged about the leaves of one material.
class Verification {
 public:
  Verification(const Material& material, const VerifySettings& settings)
      : material_(material), settings_(settings), out_(material) {}

  void run() {
    leaves_ = choose_leaves(material_, settings_.needs_key, out_);
    for (const Leaf& leaf : leaves_.chosen) judge(material_.certificates[leaf.certificate]);
    check_kinds();
    if (!leaves_.chosen.empty()) check_superfluous();
  }

  [[nodiscard]] const Leaves& leaves() const { return leaves_; }
  [[nodiscard]] const std::vector<Chain>& chains() const { return chains_; }
  [[nodiscard]] const std::vector<std::vector<Certificate>>& served() const { return served_; }
  base::Findings take_findings() { return out_.take(); }

 private:
  void judge(const Certificate& leaf) {
    const Chain chain = build_chain(leaf, material_.certificates, settings_.roots, settings_.at);
    check_leaf(leaf, settings_, out_);
    check_chain(leaf, chain, settings_, out_);
    check_order(leaf, chain);
    served_.push_back(chain_to_serve(leaf, chain, material_, settings_));
    chains_.push_back(chain);
  }

  void check_order(const Certificate& leaf, const Chain& chain) {
    std::vector<const Certificate*> path;
    // With several leaves one of them has to stand behind the chain of another.
    if (leaves_.chosen.size() == 1) path.push_back(&leaf);
    for (const Certificate& intermediate : chain.intermediates) path.push_back(&intermediate);
    if (chain.anchor) path.push_back(&*chain.anchor);
    if (is_out_of_order(path, material_)) {
      out_.add(Check::chain_order, leaf,
               fmt::format("the chain of {} was out of order and was put in order", name_of(leaf)),
               "nothing needs to be done");
    }
  }

  void check_kinds() {
    const auto is_common = [&](const Leaf& leaf) {
      const KeyKind kind = material_.certificates[leaf.certificate].key().kind;
      return kind == KeyKind::rsa || kind == KeyKind::ecdsa;
    };
    // A peer that cannot use the one is served the other.
    if (std::any_of(leaves_.chosen.begin(), leaves_.chosen.end(), is_common)) return;
    for (const Leaf& leaf : leaves_.chosen) {
      const Certificate& certificate = material_.certificates[leaf.certificate];
      const KeyKind kind = certificate.key().kind;
      if (kind != KeyKind::ed25519 && kind != KeyKind::ed448 && kind != KeyKind::rsa_pss) continue;
      out_.add(Check::key_type_uncommon, certificate,
               fmt::format("the key of {} is {}, which many peers cannot verify", name_of(certificate),
                           certificate.key().text()),
               "put an RSA or ECDSA certificate beside it: install both at once");
    }
  }

  void check_superfluous() {
    std::vector<const Certificate*> unused;
    for (std::size_t i = 0; i < material_.certificates.size(); ++i) {
      if (!is_used(i)) unused.push_back(&material_.certificates[i]);
    }
    if (unused.empty()) return;
    constexpr std::size_t most_named = 3;
    std::string names;
    for (std::size_t i = 0; i < unused.size() && i < most_named; ++i)
      names += (i == 0 ? "" : "; ") + name_of(*unused[i]);
    if (unused.size() > most_named) names += fmt::format(" and {} more", unused.size() - most_named);
    out_.add(Check::chain_superfluous, *unused.front(),
             fmt::format("not part of the chain to serve, left out: {}", names),
             "nothing needs to be done; peers have their roots");
  }

  bool is_used(std::size_t number) const {
    const Certificate& certificate = material_.certificates[number];
    const auto& doubled = leaves_.doubled;
    if (std::find(doubled.begin(), doubled.end(), number) != doubled.end()) return true;
    for (std::size_t i = 0; i < chains_.size(); ++i) {
      if (leaves_.chosen[i].certificate == number || contains(served_[i], certificate)) return true;
      // A private root was told of by its own name.
      if (chains_[i].end == ChainEnd::private_root && chains_[i].anchor == certificate) return true;
    }
    return false;
  }

  const Material& material_;
  const VerifySettings& settings_;
  Judgement out_;
  Leaves leaves_;
  std::vector<Chain> chains_;
  std::vector<std::vector<Certificate>> served_;
};

void accept(base::Findings& findings, const std::vector<std::string>& accepted) {
  for (base::Finding& finding : findings) {
    if (may_accept(finding.check) &&
        std::find(accepted.begin(), accepted.end(), finding.check) != accepted.end())
      finding.severity = base::Severity::warning;
  }
}

Verdict verdict_of(const base::Findings& findings) {
  if (base::has_at_least(findings, base::Severity::error)) return Verdict::error;
  return base::has_at_least(findings, base::Severity::warning) ? Verdict::warning : Verdict::ok;
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok: return "ok";
    case Verdict::warning: return "warning";
    case Verdict::error: return "error";
  }
  return "error";
}

Verified verify(Material material, const VerifySettings& settings) {
  Verification verification(material, settings);
  verification.run();
  Verified out;
  out.findings = verification.take_findings();
  const auto& chosen = verification.leaves().chosen;
  if (!chosen.empty()) out.leaf = material.certificates[chosen.front().certificate];
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (!chosen[i].key) continue;
    const Certificate& leaf = material.certificates[chosen[i].certificate];
    out.identities.push_back(Identity{std::string(kind_name(leaf.key().kind)), leaf,
                                      std::move(material.keys[*chosen[i].key]), verification.served()[i],
                                      verification.chains()[i].end == ChainEnd::self_signed_leaf});
  }
  if (!settings.needs_key || !out.identities.empty()) accept(out.findings, settings.accepted);
  base::sort_findings(out.findings, material.files);
  out.verdict = verdict_of(out.findings);
  return out;
}

}  // namespace tlsward::cert
