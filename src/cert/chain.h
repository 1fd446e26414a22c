// Owns the chain to serve: which certificates of a pool lead from a leaf to a root.
#ifndef TLSWARD_CERT_CHAIN_H
#define TLSWARD_CERT_CHAIN_H

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cert/certificate.h"

namespace tlsward::cert {

/// Where a chain ends.
enum class ChainEnd : std::uint8_t {
  trusted,           ///< at one of the roots
  private_root,      ///< at a self-signed certificate of the pool that is none of the roots
  self_signed_leaf,  ///< the leaf signed itself
  issuer_missing,    ///< at a certificate whose issuer is neither in the pool nor a root
};

/// The way from a leaf up.
struct Chain {
  std::vector<Certificate> intermediates;  ///< in the order to serve: leaf's issuer first, no root
  std::optional<Certificate> anchor;       ///< the root, for `trusted` and `private_root`
  ChainEnd end = ChainEnd::issuer_missing;
  bool is_signed_throughout = false;  ///< each signature was made by the next one's key
};

/// The best way from `leaf` through `pool` (in any order, doubled, with strangers) to `roots`: one whose
/// signatures are right before one whose are not, one that ends at a root before one that does not, one whose
/// certificates are all in date at `at` before one with an expired one, then the shorter, then the one named
/// first in the pool. At most 10 certificates long. An
/// intermediate among `roots` is trusted and served all the same, and a root above it is the better end. The
/// search is bounded: of very many certificates of one name not all ways are tried.
Chain build_chain(const Certificate& leaf, const std::vector<Certificate>& pool,
                  const std::vector<Certificate>& roots, std::chrono::sys_seconds at);

/// The certificates of a PEM bundle to trust: `path`, or for an empty one the system's
/// (/etc/ssl/certs/ca-certificates.crt). A block that cannot be read is left out; none at all is an error.
/// Errors: missing, permission, io, range, parse.
base::Result<std::vector<Certificate>> load_roots(const std::string& path);

}  // namespace tlsward::cert

#endif
