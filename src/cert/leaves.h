// Owns the choice of what is to be served: which certificates of the material are a server's, and whose key
// is whose.
#ifndef TLSWARD_CERT_LEAVES_H
#define TLSWARD_CERT_LEAVES_H

#include <cstddef>
#include <optional>
#include <vector>

#include "cert/intake.h"
#include "cert/judgement.h"

namespace tlsward::cert {

/// A server's certificate, and its key where there is one that works; by their numbers in the material.
struct Leaf {
  std::size_t certificate = 0;
  std::optional<std::size_t> key;
};

struct Leaves {
  std::vector<Leaf> chosen;          ///< one a kind of key, in the order of the material
  std::vector<std::size_t> doubled;  ///< certificates that stand behind one chosen with the same kind of key
};

/// Chooses, and says no-leaf, several-leaves, no-key (if `needs_key`), key-mismatch and key-superfluous. What
/// may follow from something that the intake could not open is not said again.
Leaves choose_leaves(const Material& material, bool needs_key, Judgement& out);

}  // namespace tlsward::cert

#endif
