// Owns SHA-256, by which two copies of an access list are known to be the same.
#ifndef TLSWARD_BASE_DIGEST_H
#define TLSWARD_BASE_DIGEST_H

#include <memory>
#include <string>
#include <string_view>

namespace tlsward::base {

/// SHA-256 (FIPS 180-4) over what was added, in order. One thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void add(std::string_view bytes);
  /// 64 hexadecimal digits of all that was added; starts anew.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tlsward::base

#endif
