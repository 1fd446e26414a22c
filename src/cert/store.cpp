#include "cert/store.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/files.h"
#include "base/text.h"
#include "cert/store_files.h"
#include "cert/store_layout.h"
#include "cert/store_permissions.h"

namespace tlsward::cert {
namespace {

using base::Done;
using base::Errc;
using base::Error;
using base::Result;
using base::Status;

Deployment load(const Folder& deployments, int number, const Links& links) {
  Deployment out;
  out.number = number;
  out.is_live = links.live == number;
  out.is_previous = links.previous == number;
  const auto broken = [&](std::string fault) {
    out.fault = std::move(fault);
    return out;
  };
  const Result<Folder> folder = deployments.open_folder(deployment_name(number));
  if (!folder) return broken(folder.error().message());
  const Result<std::string> text = folder->read_file(kAbout, kMaxFileBytes);
  if (!text) return broken(text.error().message());
  Result<DeploymentAbout> about = parse_deployment_about(*text);
  if (!about) return broken(about.error().text);
  out.about = *std::move(about);
  if (auto fault = fault_of(*folder, out.about.files)) return broken(*std::move(fault));
  out.is_complete = true;
  return out;
}

Status check_identity(const IdentityFiles& identity) {
  const std::string& name = identity.name;
  if (!is_identity_name(name))
    return Error{Errc::range, "cannot name an identity: lower-case letters, digits and hyphens can",
                 base::printable(name)};
  if (!is_sha256(identity.certificate_sha256) || !is_sha256(identity.public_key_sha256))
    return Error{Errc::range, "has a fingerprint that is no SHA-256 in hexadecimal", name};
  if (Status fits = check_key_text(identity.key, fmt::format("{} {}", name, kKey)); !fits) return fits;
  if (Status fits = check_public_text(identity.certificate, fmt::format("{} {}", name, kCertificate)); !fits)
    return fits;
  if (identity.chain.empty()) return Done{};
  return check_public_text(identity.chain, fmt::format("{} {}", name, kChain));
}

Status check_new(const NewDeployment& files) {
  if (files.identities.empty() || files.identities.size() > kMaxIdentities)
    return Error{Errc::range, fmt::format("a deployment has 1 to {} identities", kMaxIdentities), {}};
  for (const IdentityFiles& each : files.identities) {
    if (Status fits = check_identity(each); !fits) return fits;
    const auto has_its_name = [&](const IdentityFiles& other) { return other.name == each.name; };
    if (std::count_if(files.identities.begin(), files.identities.end(), has_its_name) > 1)
      return Error{Errc::range, "is the name of two identities", each.name};
  }
  if (Status fits = check_label(files.source, "source"); !fits) return fits;
  return check_label(files.mark, "mark");
}

std::vector<NewFile> files_of(const NewDeployment& deployment) {
  std::vector<std::string> names;
  for (const IdentityFiles& each : deployment.identities) names.push_back(each.name);
  std::vector<NewFile> files;
  NewFile keychain{kKeychain, {}};
  for (const IdentityFiles& each : deployment.identities) {
    const std::string folder = identity_folder(names, each.name);
    files.push_back({folder + kKey, {each.key}});
    files.push_back({folder + kCertificate, {each.certificate}});
    files.push_back({folder + kChain, {each.chain}});
    files.push_back({folder + kFullchain, {each.certificate, each.chain}});
    // Postfix takes each key with the certificates that follow it, up to the next key.
    keychain.parts.insert(keychain.parts.end(), {each.key, each.certificate, each.chain});
  }
  files.push_back(std::move(keychain));
  return files;
}

std::string about_of(const NewDeployment& deployment, const FileDigests& digests) {
  DeploymentAbout about{deployment.made_at, deployment.source, deployment.mark, {}, digests};
  for (const IdentityFiles& each : deployment.identities)
    about.identities.push_back({each.name, each.certificate_sha256, each.public_key_sha256});
  return render_about(about);
}

// Above all that is or was there, so that a number is not given twice while anybody remembers it.
Result<int> next_number(const Folder& deployments, const Links& links) {
  const Result<std::vector<std::string>> names = deployments.names();
  if (!names) return names.error();
  int highest = std::max(links.live.value_or(0), links.previous.value_or(0));
  for (std::string_view name : *names) {
    if (is_leftover_deployment(name)) name.remove_prefix(std::string_view(kNewPrefix).size());
    highest = std::max(highest, parse_deployment_name(name).value_or(0));
  }
  if (highest >= kMaxNumber) return Error{Errc::range, "has no number left", deployments.path()};
  return highest + 1;
}

Error no_such(const std::string& store, int number) {
  return Error{Errc::missing, fmt::format("there is no deployment {}", number), store};
}

}  // namespace

Result<Store> Store::open(const std::string& path, Missing missing) {
  const std::string folder = path.substr(0, path.find_last_not_of('/') + 1);
  Result<Folder> root = Folder::open(folder.empty() ? path : folder);
  if (!root && missing == Missing::make && root.error().code == Errc::missing) {
    const std::string above = base::folder_of(folder);
    const Result<Folder> parent = Folder::open(above);
    if (!parent && parent.error().code == Errc::missing)
      return Error{Errc::missing, "is missing: make it first", above};
    if (!parent) return parent.error();
    root = parent->open_or_make_folder(folder.substr(folder.rfind('/') + 1));
  }
  if (!root) return root.error();
  return Store(*std::move(root));
}

Result<StoreLock> Store::lock(std::string_view verb, std::chrono::milliseconds patience,
                              base::Seconds now) const {
  if (const Status safe = refuse_foreign_hands(root_); !safe) return safe.error();
  Result<StoreLock> lock = StoreLock::take(root_, {::getpid(), base::printable(verb, 64), now}, patience);
  if (!lock) return lock;
  for (const char* const name : {kDeployments, kWaiting}) {
    const Result<Folder> folder = root_.open_folder(name);
    if (!folder && folder.error().code == Errc::missing) continue;
    if (!folder) return folder.error();
    if (const Status safe = refuse_foreign_hands(*folder); !safe) return safe.error();
  }
  if (const Status clean = clean_up(); !clean) lock->set_leftover_problem(clean.error());
  return lock;
}

Status Store::clean_up() const {
  Status outcome = remove_leftovers(root_, is_leftover_link);
  const std::array<std::pair<const char*, bool (*)(std::string_view)>, 2> folders = {
      {{kDeployments, is_leftover_deployment}, {kWaiting, is_leftover_waiting}}};
  for (const auto& [name, is_leftover] : folders) {
    const Result<Folder> folder = root_.open_folder(name);
    if (!folder) continue;
    if (Status clean = remove_leftovers(*folder, is_leftover); !clean && outcome) outcome = clean;
  }
  return outcome;
}

Result<std::optional<int>> Store::read_link(const char* name) const {
  const Result<std::string> target = root_.read_link(name);
  if (!target && target.error().code == Errc::missing) return std::optional<int>();
  if (!target) return target.error();
  const std::optional<int> number = parse_link_target(*target);
  if (!number)
    return Error{
        Errc::config,
        fmt::format("points at {}, not at a deployment of this store: remove it", base::printable(*target)),
        root_.path_of(name)};
  return number;
}

Result<Links> Store::links() const {
  const Result<std::optional<int>> live = read_link(kLive);
  if (!live) return live.error();
  const Result<std::optional<int>> previous = read_link(kPrevious);
  if (!previous) return previous.error();
  return Links{*live, *previous};
}

Result<std::vector<Deployment>> Store::list() const {
  const Result<Links> where = links();
  if (!where) return where.error();
  std::vector<Deployment> found;
  const Result<Folder> folder = root_.open_folder(kDeployments);
  if (!folder && folder.error().code == Errc::missing) return found;
  if (!folder) return folder.error();
  const Result<std::vector<std::string>> names = folder->names();
  if (!names) return names.error();
  for (const std::string& name : *names) {
    if (const auto number = parse_deployment_name(name)) found.push_back(load(*folder, *number, *where));
  }
  // Names sort as numbers up to 9999 only.
  std::sort(found.begin(), found.end(),
            [](const Deployment& a, const Deployment& b) { return a.number < b.number; });
  return found;
}

Result<Deployment> Store::deployment(int number) const {
  const Result<Links> where = links();
  if (!where) return where.error();
  const Result<Folder> folder = root_.open_folder(kDeployments);
  if (!folder && folder.error().code == Errc::missing) return no_such(path(), number);
  if (!folder) return folder.error();
  const Result<struct stat> there = folder->look(deployment_name(number));
  if (!there && there.error().code == Errc::missing) return no_such(path(), number);
  if (!there) return there.error();
  return load(*folder, number, *where);
}

Result<Folder> Store::open_identity(const Deployment& deployment, std::string_view identity) const {
  std::vector<std::string> names;
  for (const StoredIdentity& each : deployment.about.identities) names.push_back(each.name);
  if (std::find(names.begin(), names.end(), identity) == names.end())
    return Error{
        Errc::missing,
        fmt::format("deployment {} has no identity {}", deployment.number, base::printable(identity)),
        path()};
  const Result<Folder> all = root_.open_folder(kDeployments);
  if (!all) return all.error();
  Result<Folder> folder = all->open_folder(deployment_name(deployment.number));
  if (!folder || names.size() == 1) return folder;
  return folder->open_folder(std::string(identity));
}

Result<std::string> Store::read_public(const Deployment& deployment, std::string_view identity,
                                       const char* file) const {
  if (holds_key(file)) return Error{Errc::range, "holds a private key", file};
  const Result<Folder> folder = open_identity(deployment, identity);
  if (!folder) return folder.error();
  return folder->read_file(file, kMaxFileBytes);
}

Result<base::Secret> Store::read_key(const Deployment& deployment, std::string_view identity) const {
  const Result<Folder> folder = open_identity(deployment, identity);
  if (!folder) return folder.error();
  return folder->read_secret(kKey, kMaxFileBytes);
}

Result<int> Store::add(const StoreLock& /*lock*/, const NewDeployment& files) const {
  if (const Status fits = check_new(files); !fits) return fits.error();
  const Result<Links> where = links();
  if (!where) return where.error();
  const Result<Folder> folder = root_.open_or_make_folder(kDeployments);
  if (!folder) return folder.error();
  const Result<int> number = next_number(*folder, *where);
  if (!number) return number;
  const auto about = [&](const FileDigests& digests) { return about_of(files, digests); };
  const Status made = make_set(*folder, deployment_name(*number), files_of(files), about);
  if (!made) return made.error();
  return number;
}

// Beside the link and over it, in one rename: whoever looks finds where it pointed or where it points.
Status Store::set_link(const char* name, std::optional<int> number) const {
  Status done = Done{};
  if (!number) {
    done = root_.remove_file(name);
  } else {
    const std::string temporary = std::string(kNewPrefix) + name;
    done = root_.remove_file(temporary);
    if (done) done = root_.make_link(temporary, link_target(*number));
    if (done) done = root_.rename(temporary, name);
    if (!done) static_cast<void>(root_.remove_file(temporary));
  }
  return done ? root_.sync() : done;
}

Status Store::switch_links(const Links& from, const Links& to) const {
  // A run killed between the two leaves both on what was live: nothing worth keeping is without a link to it.
  const bool forward = to.previous == from.live;
  const auto set = [&](bool live) {
    if (live) return from.live == to.live ? Status(Done{}) : set_link(kLive, to.live);
    return from.previous == to.previous ? Status(Done{}) : set_link(kPrevious, to.previous);
  };
  if (Status first = set(!forward); !first) return first;
  return set(forward);
}

Result<Links> Store::make_live(const StoreLock& lock, int number) const {
  const Result<Links> before = links();
  if (!before) return before;
  const Result<Deployment> wanted = deployment(number);
  if (!wanted) return wanted.error();
  if (!wanted->is_complete)
    return Error{Errc::conflict, fmt::format("deployment {} is not whole: {}", number, wanted->fault),
                 path()};
  if (before->live == number) return before;
  const Links after{number, before->live ? before->live : before->previous};
  if (const Status switched = switch_links(*before, after); !switched) {
    // As far as it goes: the disk has just failed us. Whichever way it ends, `live` names a whole deployment.
    static_cast<void>(put_back(lock, *before));
    return switched.error();
  }
  return before;
}

Status Store::put_back(const StoreLock& /*lock*/, const Links& wanted) const {
  const Result<Links> now = links();
  if (!now) return now.error();
  return switch_links(*now, wanted);
}

Status Store::remove(const StoreLock& /*lock*/, int number) const {
  const Result<Links> where = links();
  if (!where) return where.error();
  if (where->live == number || where->previous == number)
    return Error{Errc::conflict,
                 fmt::format("deployment {} {}", number,
                             where->live == number ? "is live" : "is what a rollback goes back to"),
                 path()};
  const Result<Folder> folder = root_.open_folder(kDeployments);
  if (!folder && folder.error().code == Errc::missing) return no_such(path(), number);
  if (!folder) return folder.error();
  const Result<struct stat> there = folder->look(deployment_name(number));
  if (!there && there.error().code == Errc::missing) return no_such(path(), number);
  if (!there) return there.error();
  return remove_set(*folder, deployment_name(number));
}

Result<std::vector<int>> Store::prune(const StoreLock& lock, std::size_t keep) const {
  const Result<std::vector<Deployment>> all = list();
  if (!all) return all.error();
  const std::vector<int> doomed = prunable(*all, keep);
  for (const int number : doomed) {
    if (const Status removed = remove(lock, number); !removed) return removed.error();
  }
  return doomed;
}

base::Result<base::Findings> Store::check_permissions() const {
  return check_folder_permissions(root_);
}

std::string Store::live_path(std::string_view file) const {
  return fmt::format("{}/{}/{}", path(), kLive, file);
}

std::optional<int> rollback_target(const std::vector<Deployment>& deployments) {
  const auto live = std::find_if(deployments.begin(), deployments.end(),
                                 [](const Deployment& each) { return each.is_live; });
  // Where nothing is live any more (the link or its folder is gone) every whole one is older than that.
  const int below = live == deployments.end() ? kMaxNumber + 1 : live->number;
  std::optional<int> newest;
  for (const Deployment& each : deployments) {
    if (each.is_live || !each.is_complete) continue;
    if (each.is_previous) return each.number;
    if (each.number < below && each.number > newest.value_or(0)) newest = each.number;
  }
  return newest;
}

std::vector<int> prunable(const std::vector<Deployment>& deployments, std::size_t keep) {
  std::vector<int> numbers;
  for (const Deployment& each : deployments) numbers.push_back(each.number);
  std::sort(numbers.begin(), numbers.end());
  numbers.resize(numbers.size() - std::min(keep, numbers.size()));
  const auto is_kept = [&](int number) {
    return std::any_of(deployments.begin(), deployments.end(), [&](const Deployment& each) {
      return each.number == number && (each.is_live || each.is_previous);
    });
  };
  numbers.erase(std::remove_if(numbers.begin(), numbers.end(), is_kept), numbers.end());
  return numbers;
}

}  // namespace tlsward::cert
