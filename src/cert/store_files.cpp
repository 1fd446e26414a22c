#include "cert/store_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cert/store_layout.h"

namespace tlsward::cert {
namespace {

using base::Done;
using base::Errc;
using base::Error;
using base::Result;
using base::Status;

// Well below what is read back, also if every byte becomes a U+FFFD.
constexpr std::size_t kMaxLabel = 1024;
constexpr std::size_t kMaxPartBytes = 1U << 20U;
constexpr mode_t kPrivateMode = 0600;
constexpr mode_t kPublicMode = 0644;

// "rsa/key.pem" is "rsa" and "key.pem"; "key.pem" is "" and "key.pem".
std::pair<std::string, std::string> split(const std::string& name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos) return {std::string(), name};
  return {name.substr(0, slash), name.substr(slash + 1)};
}

Result<FileDigest> write_new(const Folder& folder, const std::string& name, const NewFile& file) {
  return folder.write_file(name, file.parts, holds_key(file.name) ? kPrivateMode : kPublicMode);
}

Result<FileDigests> write_files(const Folder& folder, const std::vector<NewFile>& files) {
  FileDigests digests;
  std::map<std::string, Folder> inner;
  for (const NewFile& file : files) {
    const auto [subfolder, name] = split(file.name);
    if (!subfolder.empty() && !inner.contains(subfolder)) {
      Result<Folder> made = folder.make_folder(subfolder);
      if (!made) return made.error();
      inner.emplace(subfolder, *std::move(made));
    }
    auto written = write_new(subfolder.empty() ? folder : inner.at(subfolder), name, file);
    if (!written) return written.error();
    digests[file.name] = *std::move(written);
  }
  for (const auto& [subfolder, opened] : inner) {
    if (const Status synced = opened.sync(); !synced) return synced.error();
  }
  return digests;
}

Status fill(const Folder& parent, const std::string& name, const std::vector<NewFile>& files,
            const std::function<std::string(const FileDigests&)>& about) {
  const Result<Folder> folder = parent.make_folder(name);
  if (!folder) return folder.error();
  const Result<FileDigests> digests = write_files(*folder, files);
  if (!digests) return digests.error();
  const std::string text = about(*digests);
  const Result<FileDigest> written = write_new(*folder, kAbout, NewFile{kAbout, {text}});
  if (!written) return written.error();
  return folder->sync();
}

Result<FileDigest> digest_of(const Folder& folder, const std::string& path) {
  const auto [subfolder, name] = split(path);
  if (subfolder.empty()) return folder.digest_file(name, kMaxFileBytes);
  const Result<Folder> inner = folder.open_folder(subfolder);
  if (!inner) return inner.error();
  return inner->digest_file(name, kMaxFileBytes);
}

bool is_pem(std::string_view text, std::string_view label) {
  return text.size() <= kMaxPartBytes && text.starts_with(label) && text.ends_with("-----\n") &&
         text.find('\0') == std::string_view::npos;
}

}  // namespace

Status make_set(const Folder& parent, const std::string& name, const std::vector<NewFile>& files,
                const std::function<std::string(const FileDigests&)>& about) {
  const std::string temporary = kNewPrefix + name;
  Status made = fill(parent, temporary, files, about);
  if (made) made = parent.rename(temporary, name);
  if (!made) {
    // The first failure is what is told; what cannot be removed now is removed under the next lock.
    static_cast<void>(parent.remove_tree(temporary));
    return made;
  }
  if (Status synced = parent.sync(); !synced) {
    static_cast<void>(remove_set(parent, name));
    return synced;
  }
  return made;
}

Status remove_set(const Folder& parent, const std::string& name) {
  const std::string doomed = kOldPrefix + name;
  if (Status renamed = parent.rename(name, doomed); !renamed) return renamed;
  if (Status synced = parent.sync(); !synced) return synced;
  return parent.remove_tree(doomed);
}

std::optional<std::string> fault_of(const Folder& folder, const FileDigests& expected) {
  for (const auto& [name, digest] : expected) {
    const Result<FileDigest> found = digest_of(folder, name);
    if (!found && found.error().code == Errc::missing) return fmt::format("{} is missing", name);
    if (!found) return fmt::format("{}: {}", name, found.error().text);
    if (*found != digest) return fmt::format("{} is not what was written", name);
  }
  return std::nullopt;
}

Status remove_leftovers(const Folder& folder, bool (*is_leftover)(std::string_view)) {
  const Result<std::vector<std::string>> names = folder.names();
  if (!names) return names.error();
  Status outcome = Done{};
  for (const std::string& name : *names) {
    if (!is_leftover(name)) continue;
    if (Status removed = folder.remove_tree(name); !removed && outcome) outcome = removed;
  }
  return outcome;
}

Status check_key_text(std::string_view text, const std::string& what) {
  constexpr std::string_view kBegin = "-----BEGIN PRIVATE KEY-----\n";
  if (!is_pem(text, kBegin) || text.find("-----BEGIN ", kBegin.size()) != std::string_view::npos)
    return Error{Errc::parse, "is not one unencrypted PKCS#8 key in PEM", what};
  return Done{};
}

Status check_public_text(std::string_view text, const std::string& what) {
  if (!is_pem(text, "-----BEGIN ")) return Error{Errc::parse, "is not PEM", what};
  if (text.find("PRIVATE KEY") != std::string_view::npos)
    return Error{Errc::parse, "has a private key in it, and others may read that file", what};
  return Done{};
}

Status check_label(std::string_view text, const std::string& what) {
  if (text.size() <= kMaxLabel) return Done{};
  return Error{Errc::range, fmt::format("is longer than {} bytes", kMaxLabel), what};
}

}  // namespace tlsward::cert
