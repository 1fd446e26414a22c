// Owns the keys that wait in the store for the certificates that were requested for them.
#ifndef TLSWARD_CERT_WAITING_KEYS_H
#define TLSWARD_CERT_WAITING_KEYS_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "cert/folder.h"
#include "cert/store_about.h"
#include "cert/store_lock.h"

namespace tlsward::cert {

/// A key and its request, to be stored. The texts are PEM, not copied, and must live until `add` returns.
struct NewWaitingKey {
  std::string name;  ///< is_waiting_name; "-2", "-3" … is put behind it where it is taken
  base::Seconds made_at{};
  std::string key_type;            ///< for people: "rsa:3072"
  std::vector<std::string> names;  ///< the host names of the request, at most 1,000 of at most 1,024 bytes
  std::string public_key_sha256;   ///< of the SubjectPublicKeyInfo in DER, 64 lower-case hexadecimal digits
  std::string_view key;
  std::string_view request;
};

/// A waiting key as it lies in the store.
struct WaitingKey {
  std::string name;
  bool is_complete = false;
  std::string fault;   ///< why it is not complete, else empty
  WaitingAbout about;  ///< without content where about.json is not readable
};

/// The waiting keys of a store, which must outlive it. What changes them needs the store's lock. A key is
/// there whole or not at all, also when the process is killed.
class WaitingKeys {
 public:
  explicit WaitingKeys(const Folder& store) : store_(store) {}

  /// All of them, by name. Errors: permission, io; config (a file is in the way).
  [[nodiscard]] base::Result<std::vector<WaitingKey>> list() const;
  /// The whole one with this public key, the newest if there are several; nothing if there is none.
  /// Errors: those of `list`.
  [[nodiscard]] base::Result<std::optional<WaitingKey>> find(std::string_view public_key_sha256) const;
  /// Its private key as PEM. Errors: as of `read_request`.
  [[nodiscard]] base::Result<base::Secret> read_key(const std::string& name) const;
  /// Its request as PEM. Errors: those of Folder::read_file; range where the name is none.
  [[nodiscard]] base::Result<std::string> read_request(const std::string& name) const;

  /// Writes one, on the disk when this returns; comes back with the name it got.
  /// Errors: range and parse (name, texts); permission, io.
  [[nodiscard]] base::Result<std::string> add(const StoreLock& lock, const NewWaitingKey& files) const;
  /// Removes one, once its certificate is installed or nobody wants it. Errors: missing; permission, io.
  [[nodiscard]] base::Status remove(const StoreLock& lock, const std::string& name) const;

 private:
  [[nodiscard]] base::Result<Folder> open(const std::string& name) const;
  const Folder& store_;
};

}  // namespace tlsward::cert

#endif
