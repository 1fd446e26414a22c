// Owns the store of deployments: sets of keys and certificates on the disk, one of which is live, whole at
// any moment.
#ifndef TLSWARD_CERT_STORE_H
#define TLSWARD_CERT_STORE_H

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/finding.h"
#include "base/result.h"
#include "base/secret.h"
#include "cert/folder.h"
#include "cert/store_about.h"
#include "cert/store_lock.h"
#include "cert/waiting_keys.h"

namespace tlsward::cert {

/// One identity to be stored. The texts are PEM as it is to be written (RFC 7468), each block beginning and
/// ending its lines; they are not copied, and must live until `Store::add` returns.
struct IdentityFiles {
  std::string name;              ///< is_identity_name: "rsa", "ecdsa"
  std::string_view key;          ///< the private key and nothing else
  std::string_view certificate;  ///< the leaf
  std::string_view chain;        ///< the intermediates in order; may be empty
  std::string certificate_sha256;
  std::string public_key_sha256;
};

/// A deployment to be stored.
struct NewDeployment {
  base::Seconds made_at{};
  std::string source;  ///< for people, at most 1,024 bytes
  std::string mark;    ///< "self-signed", "adopted" or empty, at most 1,024 bytes
  std::vector<IdentityFiles> identities;
};

/// A deployment as it lies in the store.
struct Deployment {
  int number = 0;
  bool is_live = false;
  bool is_previous = false;  ///< was live before the live one
  bool is_complete = false;  ///< every file is there and is what was written
  std::string fault;         ///< why it is not complete, else empty
  DeploymentAbout about;     ///< without content where about.json is not readable
};

/// Where the two links point.
struct Links {
  std::optional<int> live;
  std::optional<int> previous;
  bool operator==(const Links&) const = default;
};

/// What `rollback` without a number goes back to: what was live before if that is whole, else the newest
/// whole one older than the live one. Nothing if there is none.
/// Where nothing is live, all are older.
std::optional<int> rollback_target(const std::vector<Deployment>& deployments);

/// What `prune` removes: all but the `keep` newest, never the live one nor the one before it.
std::vector<int> prunable(const std::vector<Deployment>& deployments, std::size_t keep);

/// A store, held open. Everything in it is reached from its folder without following links. Reading needs no
/// lock; what changes it needs a StoreLock of this store. At each moment, also when the process is killed,
/// `live` names a whole deployment: the one before or the new one. One thread at a time.
class Store {
 public:
  enum class Missing : std::uint8_t { is_error, make };

  /// Opens the store at `path`; makes its folder (0700 whatever the umask is) if asked to, not the folders
  /// above. Errors: missing, permission, io; config (it is no folder).
  static base::Result<Store> open(const std::string& path, Missing missing);

  /// Takes the lock (`verb` and `now` are told to who waits for it) and removes what a killed run left.
  /// Errors: those of StoreLock::take; permission where others could change the store under our hands.
  [[nodiscard]] base::Result<StoreLock> lock(std::string_view verb, std::chrono::milliseconds patience,
                                             base::Seconds now) const;

  /// All deployments, by number. Each of their files is read to tell whether it is whole.
  /// Errors: permission, io, config (a link points elsewhere, a file is in the way), range (over 10,000).
  [[nodiscard]] base::Result<std::vector<Deployment>> list() const;
  /// One of them. Errors: missing, and those of `list`.
  [[nodiscard]] base::Result<Deployment> deployment(int number) const;
  /// Which are live and were live before. Errors: io; config where a link does not point at a deployment.
  [[nodiscard]] base::Result<Links> links() const;

  /// A file of a deployment that holds no key: `kCertificate`, `kChain`, `kFullchain`. Errors: those of
  /// Folder::read_file; range where it is a key's name; missing where it has no such identity.
  [[nodiscard]] base::Result<std::string> read_public(const Deployment& deployment, std::string_view identity,
                                                      const char* file) const;

  /// The private key of an identity, as PEM. Errors: those of Folder::read_file; missing where it has no such
  /// identity.
  [[nodiscard]] base::Result<base::Secret> read_key(const Deployment& deployment,
                                                    std::string_view identity) const;

  /// Writes a deployment, whole on the disk when this returns, and not live yet. On an error nothing of it
  /// stays (or only what the next `lock` removes). Comes back with its number, one higher than any before.
  /// Errors: range and parse (texts that are no PEM, a private key where a certificate belongs, names);
  /// permission, io.
  [[nodiscard]] base::Result<int> add(const StoreLock& lock, const NewDeployment& files) const;
  /// Makes a deployment live by one rename; what was live is `previous` from then on. Comes back with the
  /// links as they were, for `put_back`. On an error they are as they were. Errors: missing; conflict (the
  /// deployment is not whole); permission, io.
  [[nodiscard]] base::Result<Links> make_live(const StoreLock& lock, int number) const;
  /// Lets both links point where they did, or removes them: undoes `make_live`. Errors: permission, io.
  [[nodiscard]] base::Status put_back(const StoreLock& lock, const Links& links) const;
  /// Removes a deployment. Errors: missing; conflict (live, or the one before); permission, io.
  [[nodiscard]] base::Status remove(const StoreLock& lock, int number) const;
  /// Removes what `prunable` says, and comes back with it. Errors: permission, io.
  [[nodiscard]] base::Result<std::vector<int>> prune(const StoreLock& lock, std::size_t keep) const;

  /// A warning `key-permissions`, with the command that mends it, for the store, each folder in it and each
  /// key that somebody else than its owner can read or change, or that belongs neither to us nor to root.
  /// Looked at through open descriptors. Errors: permission, io.
  [[nodiscard]] base::Result<base::Findings> check_permissions() const;

  /// The keys that wait for their certificates.
  [[nodiscard]] WaitingKeys waiting_keys() const { return WaitingKeys(root_); }

  /// The store's path as it was opened, and that of a file of the live deployment ("…/live/keychain.pem").
  [[nodiscard]] const std::string& path() const { return root_.path(); }
  [[nodiscard]] std::string live_path(std::string_view file) const;

 private:
  [[nodiscard]] base::Result<Folder> open_identity(const Deployment& deployment,
                                                   std::string_view identity) const;
  explicit Store(Folder root) : root_(std::move(root)) {}
  [[nodiscard]] base::Result<std::optional<int>> read_link(const char* name) const;
  [[nodiscard]] base::Status set_link(const char* name, std::optional<int> number) const;
  [[nodiscard]] base::Status switch_links(const Links& from, const Links& to) const;
  [[nodiscard]] base::Status clean_up() const;

  Folder root_;
};

}  // namespace tlsward::cert

#endif
