// Owns about.json of the store: what is told of a deployment or of a waiting key, and how it is read back.
#ifndef TLSWARD_CERT_STORE_ABOUT_H
#define TLSWARD_CERT_STORE_ABOUT_H

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cert/folder.h"

namespace tlsward::cert {

/// One identity as a deployment's about.json tells of it.
struct StoredIdentity {
  std::string name;                ///< "rsa", "ecdsa", …: its folder where there are several
  std::string certificate_sha256;  ///< of the leaf in DER, 64 lower-case hexadecimal digits
  std::string public_key_sha256;   ///< of its SubjectPublicKeyInfo in DER: what a waiting key is found by
};

/// What each file was when it was written: a file is whole when it is that still. By the file's name within
/// the deployment ("rsa/key.pem").
using FileDigests = std::map<std::string, FileDigest>;

struct DeploymentAbout {
  base::Seconds made_at{};
  std::string source;  ///< where it came from, for people: file names, a tool's name
  std::string mark;    ///< "self-signed", "adopted", or empty
  std::vector<StoredIdentity> identities;
  FileDigests files;
};

struct WaitingAbout {
  base::Seconds made_at{};
  std::string key_type;            ///< "rsa:3072", "ecdsa:p256", …
  std::vector<std::string> names;  ///< the host names that were asked for
  std::string public_key_sha256;
  FileDigests files;
};

/// JSON text with a line break at its end. Bytes that are not UTF-8 become U+FFFD.
std::string render_about(const DeploymentAbout& about);
std::string render_about(const WaitingAbout& about);

/// Reads what `render_about` wrote, held to all that the store promises of it: known names, each file of the
/// layout with its digest and no other. Errors: parse.
base::Result<DeploymentAbout> parse_deployment_about(std::string_view json);
base::Result<WaitingAbout> parse_waiting_about(std::string_view json);

}  // namespace tlsward::cert

#endif
