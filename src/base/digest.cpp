#include "base/digest.h"

#include <fmt/format.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include <array>
#include <new>
#include <stdexcept>

namespace tlsward::base {

struct Sha256::State {
  gnutls_hash_hd_t handle = nullptr;
  State() {
    if (gnutls_hash_init(&handle, GNUTLS_DIG_SHA256) != GNUTLS_E_SUCCESS)
      throw std::runtime_error("GnuTLS has no SHA-256");
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { gnutls_hash_deinit(handle, nullptr); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) {
  if (gnutls_hash(state_->handle, bytes.data(), bytes.size()) != GNUTLS_E_SUCCESS)
    throw std::runtime_error("SHA-256 failed");
}

std::string Sha256::finish() {
  std::array<unsigned char, 32> digest{};
  gnutls_hash_output(state_->handle, digest.data());
  std::string out;
  for (const unsigned char byte : digest) out += fmt::format("{:02x}", byte);
  return out;
}

}  // namespace tlsward::base
