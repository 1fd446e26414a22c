#include "cert/chain.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/secret.h"
#include "cert/der.h"
#include "cert/pem.h"

namespace tlsward::cert {
namespace {

constexpr std::size_t max_length = 10;
/// Steps and signatures of one search: enough for a pool full of renewed and cross-signed intermediates.
constexpr std::size_t max_steps = 2000;
constexpr std::size_t max_signatures = 200;
constexpr std::uint64_t max_bundle_bytes = std::uint64_t{16} << 20U;
constexpr std::size_t max_roots = 5000;

/// Searches the ways up, depth first.
class Search {
 public:
  Search(const std::vector<Certificate>& pool, const std::vector<Certificate>& roots,
         std::chrono::sys_seconds at)
      : pool_(pool), roots_(roots), at_(at) {}

  Chain from(const Certificate& leaf) {
    if (leaf.is_self_signed()) {
      Chain out;
      out.end = ChainEnd::self_signed_leaf;
      out.is_signed_throughout = true;
      return out;
    }
    path_.push_back(&leaf);
    climb(true);
    return std::move(best_);
  }

 private:
  /// Better is greater.
  using Rank = std::tuple<bool, int, bool, std::size_t>;

  static int end_rank(ChainEnd end, const Certificate* anchor) {
    if (end == ChainEnd::trusted) return anchor->is_self_issued() ? 3 : 2;
    return end == ChainEnd::private_root ? 1 : 0;
  }

  bool is_in_date(const Certificate& certificate) const {
    return certificate.not_before() <= at_ && at_ <= certificate.not_after();
  }

  void offer(ChainEnd end, const Certificate* anchor, bool is_signed) {
    const bool all_in_date =
        std::all_of(path_.begin(), path_.end(), [&](const Certificate* c) { return is_in_date(*c); }) &&
        (anchor == nullptr || is_in_date(*anchor));
    // A way that ends nowhere is the more helpful the further it leads.
    const std::size_t length = end == ChainEnd::issuer_missing ? path_.size() : max_length + 1 - path_.size();
    const Rank rank{is_signed, end_rank(end, anchor), all_in_date, length};
    if (has_best_ && rank <= best_rank_) return;
    has_best_ = true;
    best_rank_ = rank;
    best_ = Chain{};
    best_.end = end;
    best_.is_signed_throughout = is_signed;
    for (std::size_t i = 1; i < path_.size(); ++i) best_.intermediates.push_back(*path_[i]);
    if (anchor != nullptr) best_.anchor = *anchor;
  }

  /// Each pair is computed once; of more pairs than max_signatures the rest counts as not signed.
  bool is_signed_by(const Certificate& certificate, const Certificate& issuer) {
    const auto [it, is_new] = signed_by_.try_emplace({&certificate, &issuer}, false);
    if (is_new && signed_by_.size() <= max_signatures) it->second = certificate.is_signed_by(issuer);
    return it->second;
  }

  bool is_on_path(const Certificate& certificate) const {
    return std::any_of(path_.begin(), path_.end(), [&](const Certificate* c) { return *c == certificate; });
  }

  bool is_root(const Certificate& certificate) const {
    return std::find(roots_.begin(), roots_.end(), certificate) != roots_.end();
  }

  void climb(bool is_signed) {
    if (++steps_ > max_steps) return;
    const Certificate& last = *path_.back();
    bool leads_on = false;
    for (const Certificate& root : roots_) {
      if (!last.names_issuer(root) || is_on_path(root)) continue;
      leads_on = true;
      const bool is_right = is_signed && is_signed_by(last, root);
      if (root.is_self_issued() || path_.size() >= max_length) {
        offer(ChainEnd::trusted, &root, is_right);
        continue;
      }
      // An intermediate that is trusted, as in a whole bundle given as roots: it is served all the same,
      // since peers do not have it, and the way to a root above it is the better one.
      path_.push_back(&root);
      offer(ChainEnd::trusted, &root, is_right);
      climb(is_right);
      path_.pop_back();
    }
    for (const Certificate& issuer : pool_) {
      if (!last.names_issuer(issuer) || is_on_path(issuer)) continue;
      if (is_root(issuer)) continue;
      const bool is_right = is_signed && is_signed_by(last, issuer);
      if (issuer.is_self_issued() && is_signed_by(issuer, issuer)) {
        leads_on = true;
        offer(ChainEnd::private_root, &issuer, is_right);
      } else if (path_.size() < max_length) {
        leads_on = true;
        path_.push_back(&issuer);
        climb(is_right);
        path_.pop_back();
      }
    }
    if (!leads_on) offer(ChainEnd::issuer_missing, nullptr, is_signed);
  }

  const std::vector<Certificate>& pool_;
  const std::vector<Certificate>& roots_;
  std::chrono::sys_seconds at_;
  std::vector<const Certificate*> path_;
  std::size_t steps_ = 0;
  std::map<std::pair<const Certificate*, const Certificate*>, bool> signed_by_;
  bool has_best_ = false;
  Rank best_rank_{};
  Chain best_;
};

}  // namespace

Chain build_chain(const Certificate& leaf, const std::vector<Certificate>& pool,
                  const std::vector<Certificate>& roots, std::chrono::sys_seconds at) {
  return Search(pool, roots, at).from(leaf);
}

base::Result<std::vector<Certificate>> load_roots(const std::string& path) {
  const std::string file = path.empty() ? "/etc/ssl/certs/ca-certificates.crt" : path;
  auto content = base::read_secret_file(file, max_bundle_bytes);
  if (!content) return content.error();
  std::vector<Certificate> roots;
  const auto add = [&](std::string_view der) {
    if (auto root = Certificate::from_der(der)) roots.push_back(*std::move(root));
    return roots.size() < max_roots;
  };
  add(content->view());
  if (roots.empty()) {
    for_each_pem_block(
        content->view(), [](std::string_view label) { return label.ends_with("CERTIFICATE"); },
        [&](PemBlock&& block) {
          std::string_view bytes = block.bytes.view();
          const auto first = der::take(bytes);
          return !first || add(first->whole);
        });
  }
  if (roots.empty()) return base::Error{base::Errc::parse, "there is no certificate to trust in it", file};
  return roots;
}

}  // namespace tlsward::cert
