#include "cert/waiting_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "cert/store_files.h"
#include "cert/store_layout.h"

namespace tlsward::cert {
namespace {

using base::Done;
using base::Errc;
using base::Error;
using base::Result;
using base::Status;

constexpr int kMostOfOneName = 1000;
constexpr std::size_t kMaxNames = 1000;

WaitingKey load(const Folder& waiting, const std::string& name) {
  WaitingKey key;
  key.name = name;
  const auto broken = [&](std::string fault) {
    key.fault = std::move(fault);
    return key;
  };
  const Result<Folder> folder = waiting.open_folder(name);
  if (!folder) return broken(folder.error().message());
  const Result<std::string> text = folder->read_file(kAbout, kMaxFileBytes);
  if (!text) return broken(text.error().message());
  Result<WaitingAbout> about = parse_waiting_about(*text);
  if (!about) return broken(about.error().text);
  key.about = *std::move(about);
  if (auto fault = fault_of(*folder, key.about.files)) return broken(*std::move(fault));
  key.is_complete = true;
  return key;
}

Status check_new(const NewWaitingKey& files) {
  if (!is_waiting_name(files.name))
    return Error{Errc::range,
                 "cannot name a waiting key: lower-case letters, digits, hyphens, dots and underlines can",
                 base::printable(files.name)};
  if (!is_sha256(files.public_key_sha256))
    return Error{Errc::range, "is no SHA-256 in hexadecimal", "public key"};
  if (files.names.size() > kMaxNames)
    return Error{Errc::range, fmt::format("are more than {}", kMaxNames), "names"};
  for (const std::string& name : files.names) {
    if (Status fits = check_label(name, "name"); !fits) return fits;
  }
  if (Status fits = check_label(files.key_type, "key type"); !fits) return fits;
  if (Status fits = check_key_text(files.key, kKey); !fits) return fits;
  return check_public_text(files.request, kRequest);
}

// `wanted`, or "wanted-2", "wanted-3", …
Result<std::string> free_name(const Folder& waiting, const std::string& wanted) {
  const Result<std::vector<std::string>> taken = waiting.names();
  if (!taken) return taken.error();
  for (int i = 1; i <= kMostOfOneName; ++i) {
    std::string name = i == 1 ? wanted : fmt::format("{}-{}", wanted, i);
    if (!std::binary_search(taken->begin(), taken->end(), name)) return name;
  }
  return Error{Errc::range, fmt::format("{} keys wait by that name: remove some", kMostOfOneName),
               waiting.path_of(wanted)};
}

}  // namespace

Result<std::vector<WaitingKey>> WaitingKeys::list() const {
  std::vector<WaitingKey> found;
  const Result<Folder> waiting = store_.open_folder(kWaiting);
  if (!waiting && waiting.error().code == Errc::missing) return found;
  if (!waiting) return waiting.error();
  const Result<std::vector<std::string>> names = waiting->names();
  if (!names) return names.error();
  for (const std::string& name : *names) {
    if (is_waiting_name(name)) found.push_back(load(*waiting, name));
  }
  return found;
}

Result<std::optional<WaitingKey>> WaitingKeys::find(std::string_view public_key_sha256) const {
  Result<std::vector<WaitingKey>> all = list();
  if (!all) return all.error();
  std::optional<WaitingKey> best;
  for (WaitingKey& each : *all) {
    if (!each.is_complete || each.about.public_key_sha256 != public_key_sha256) continue;
    if (!best || each.about.made_at > best->about.made_at) best = std::move(each);
  }
  return best;
}

Result<Folder> WaitingKeys::open(const std::string& name) const {
  if (!is_waiting_name(name)) return Error{Errc::range, "is no name of a waiting key", base::printable(name)};
  const Result<Folder> waiting = store_.open_folder(kWaiting);
  if (!waiting) return waiting.error();
  return waiting->open_folder(name);
}

Result<base::Secret> WaitingKeys::read_key(const std::string& name) const {
  const Result<Folder> folder = open(name);
  if (!folder) return folder.error();
  return folder->read_secret(kKey, kMaxFileBytes);
}

Result<std::string> WaitingKeys::read_request(const std::string& name) const {
  const Result<Folder> folder = open(name);
  if (!folder) return folder.error();
  return folder->read_file(kRequest, kMaxFileBytes);
}

Result<std::string> WaitingKeys::add(const StoreLock& /*lock*/, const NewWaitingKey& files) const {
  if (const Status fits = check_new(files); !fits) return fits.error();
  const Result<Folder> waiting = store_.open_or_make_folder(kWaiting);
  if (!waiting) return waiting.error();
  Result<std::string> name = free_name(*waiting, files.name);
  if (!name) return name;
  const auto about = [&](const FileDigests& digests) {
    return render_about(
        WaitingAbout{files.made_at, files.key_type, files.names, files.public_key_sha256, digests});
  };
  const Status made =
      make_set(*waiting, *name, {NewFile{kKey, {files.key}}, NewFile{kRequest, {files.request}}}, about);
  if (!made) return made.error();
  return name;
}

Status WaitingKeys::remove(const StoreLock& /*lock*/, const std::string& name) const {
  if (!is_waiting_name(name)) return Error{Errc::range, "is no name of a waiting key", base::printable(name)};
  const Result<Folder> waiting = store_.open_folder(kWaiting);
  const Result<struct stat> there = waiting ? waiting->look(name) : waiting.error();
  if (!there && there.error().code == Errc::missing)
    return Error{Errc::missing, fmt::format("there is no waiting key {}", name), store_.path()};
  if (!there) return there.error();
  return remove_set(*waiting, name);
}

}  // namespace tlsward::cert
