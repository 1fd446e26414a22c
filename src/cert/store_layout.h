// Owns the names inside of the store: which there are, how they are written, and which are left by a killed
// run.
#ifndef TLSWARD_CERT_STORE_LAYOUT_H
#define TLSWARD_CERT_STORE_LAYOUT_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tlsward::cert {

// The store, with two identities in deployment 7 and one in deployment 8:
//
//   lock                          who is at work (store_lock.h)
//   live -> deployments/0008      what the mail server reads
//   previous -> deployments/0007  what was live before
//   deployments/0007/about.json keychain.pem
//   deployments/0007/rsa/key.pem cert.pem chain.pem fullchain.pem
//   deployments/0007/ecdsa/key.pem cert.pem chain.pem fullchain.pem
//   deployments/0008/about.json keychain.pem key.pem cert.pem chain.pem fullchain.pem
//   waiting/mx.example.org/about.json key.pem request.pem
//
// What is being made or removed has a name in front of which stands ".new-" or ".old-" until it is whole or
// gone.
inline constexpr const char* kLock = "lock";
inline constexpr const char* kLive = "live";
inline constexpr const char* kPrevious = "previous";
inline constexpr const char* kDeployments = "deployments";
inline constexpr const char* kWaiting = "waiting";
inline constexpr const char* kAbout = "about.json";
inline constexpr const char* kKey = "key.pem";
inline constexpr const char* kCertificate = "cert.pem";
inline constexpr const char* kChain = "chain.pem";
inline constexpr const char* kFullchain = "fullchain.pem";
inline constexpr const char* kKeychain = "keychain.pem";
inline constexpr const char* kRequest = "request.pem";
inline constexpr const char* kNewPrefix = ".new-";
inline constexpr const char* kOldPrefix = ".old-";

/// No file of the store is larger: a key and a long chain take a hundredth of it.
inline constexpr std::uint64_t kMaxFileBytes = std::uint64_t{4} << 20U;
/// No more identities in one deployment (there are not that many types of key).
inline constexpr std::size_t kMaxIdentities = 8;
inline constexpr int kMaxNumber = 999999999;

/// "0007": four digits or as many as it takes.
std::string deployment_name(int number);
/// The number of "0007", 1 to kMaxNumber; nothing for any other spelling.
std::optional<int> parse_deployment_name(std::string_view name);

/// "deployments/0007", as `live` and `previous` point.
std::string link_target(int number);
std::optional<int> parse_link_target(std::string_view target);

/// Whether it can name an identity, and its folder: lower-case letters, digits and hyphens, 1 to 32 of them.
bool is_identity_name(std::string_view name);
/// Whether it can name a waiting key, and its folder: lower-case letters, digits, hyphens, dots and
/// underlines, no dot in front, 1 to 200 of them. A host name in A-labels is one.
bool is_waiting_name(std::string_view name);
/// Whether it is a SHA-256 as we write it: 64 lower-case hexadecimal digits.
bool is_sha256(std::string_view text);

/// Whether a name in the store's folder, in deployments or in waiting is what a killed run of ours left.
bool is_leftover_link(std::string_view name);
bool is_leftover_deployment(std::string_view name);
bool is_leftover_waiting(std::string_view name);

/// Where an identity's files are within its deployment: "" for the only one, else "rsa/".
std::string identity_folder(const std::vector<std::string>& identities, std::string_view name);
/// Every file of a deployment of these identities but about.json: "key.pem", or "rsa/key.pem", sorted.
std::vector<std::string> deployment_files(const std::vector<std::string>& identities);
/// Whether a file of the store holds a private key: nobody but its owner may read it.
bool holds_key(std::string_view file);

}  // namespace tlsward::cert

#endif
