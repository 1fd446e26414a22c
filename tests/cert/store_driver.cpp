// Does one thing to a store, as `tlsward cert` will: what kill.test kills at every step.
//
//   store_driver STORE install FOLDER     adds FOLDER's identity (or one for each folder in it) and makes it
//   live store_driver STORE live NUMBER        makes a deployment live store_driver STORE rollback goes back
//   store_driver STORE prune KEEP
//   store_driver STORE request NAME FOLDER    lets FOLDER's key.pem and request.pem wait
//   store_driver STORE forget NAME        removes a waiting key
//   store_driver STORE clean              takes the lock and lets it go
//   store_driver STORE hold SECONDS       keeps the lock that long, having said "held"
//   store_driver STORE list               one line a deployment
//   store_driver STORE permissions        one line a finding
//
// STORE_PATIENCE_MS: how long it waits for the lock. Exit statuses are those of sysexits, as everywhere.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "cert/store.h"
#include "cert/store_layout.h"

namespace {

using namespace tlsward;  // NOLINT(google-build-using-namespace): one small program
using base::Errc;
using base::Error;
using base::Result;

constexpr std::uint64_t kMaxInput = 1U << 20U;
using Arguments = std::vector<std::string>;

int status_of(const Error& error) {
  fmt::print(stderr, "store_driver: {}\n", error.message());
  switch (error.code) {
    case Errc::parse:
    case Errc::range: return 65;
    case Errc::missing: return 66;
    case Errc::unavailable: return 69;
    case Errc::io: return 73;
    case Errc::conflict: return 75;
    case Errc::permission: return 77;
    case Errc::config: return 78;
  }
  return 70;
}

std::string sha256(std::string_view text) {
  base::Sha256 hash;
  hash.add(text);
  return hash.finish();
}

struct Input {
  std::string name, key, certificate, chain;
};

Result<Input> read_input(const std::filesystem::path& folder, const std::string& name) {
  Input out{name, {}, {}, {}};
  for (const auto& [file, text] : {std::pair{cert::kKey, &out.key},
                                   {cert::kCertificate, &out.certificate},
                                   {cert::kChain, &out.chain}}) {
    Result<std::string> content = base::read_file(folder / file, kMaxInput);
    if (!content) return content.error();
    *text = *std::move(content);
  }
  return out;
}

Result<std::vector<Input>> read_inputs(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& each : std::filesystem::directory_iterator(folder)) {
    if (each.is_directory()) names.push_back(each.path().filename());
  }
  std::sort(names.begin(), names.end());
  const bool is_one = names.empty();
  if (is_one) names.emplace_back("only");
  std::vector<Input> out;
  for (const std::string& name : names) {
    Result<Input> input = read_input(is_one ? folder : folder / name, name);
    if (!input) return input.error();
    out.push_back(*std::move(input));
  }
  return out;
}

int install(const cert::Store& store, const cert::StoreLock& lock, const std::string& folder) {
  const auto inputs = read_inputs(folder);
  if (!inputs) return status_of(inputs.error());
  cert::NewDeployment files;
  files.made_at = base::now();
  files.source = folder;
  for (const Input& each : *inputs) {
    files.identities.push_back(
        {each.name, each.key, each.certificate, each.chain, sha256(each.certificate), sha256(each.key)});
  }
  const Result<int> number = store.add(lock, files);
  if (!number) return status_of(number.error());
  const auto before = store.make_live(lock, *number);
  if (!before) {
    // What is not live is of no use to anybody.
    static_cast<void>(store.remove(lock, *number));
    return status_of(before.error());
  }
  fmt::print("{}\n", *number);
  return 0;
}

int go_live(const cert::Store& store, const cert::StoreLock& lock, std::uint64_t number) {
  const auto before = store.make_live(lock, static_cast<int>(number));
  return before ? 0 : status_of(before.error());
}

int rollback(const cert::Store& store, const cert::StoreLock& lock) {
  const auto all = store.list();
  if (!all) return status_of(all.error());
  const auto target = cert::rollback_target(*all);
  if (!target) return status_of({Errc::missing, "there is nothing to go back to", store.path()});
  return go_live(store, lock, static_cast<std::uint64_t>(*target));
}

int prune(const cert::Store& store, const cert::StoreLock& lock, std::uint64_t keep) {
  const auto gone = store.prune(lock, keep);
  return gone ? 0 : status_of(gone.error());
}

int request(const cert::Store& store, const cert::StoreLock& lock, const std::string& name,
            const std::string& folder) {
  const auto key = base::read_file(folder + "/key.pem", kMaxInput);
  const auto text = base::read_file(folder + "/request.pem", kMaxInput);
  if (!key || !text) return status_of(key ? text.error() : key.error());
  const auto added =
      store.waiting_keys().add(lock, {name, base::now(), "ecdsa:p256", {name}, sha256(*key), *key, *text});
  if (!added) return status_of(added.error());
  fmt::print("{}\n", *added);
  return 0;
}

int hold(std::uint64_t seconds) {
  fmt::print("held\n");
  static_cast<void>(std::fflush(stdout));
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  return 0;
}

int list(const cert::Store& store) {
  const auto all = store.list();
  if (!all) return status_of(all.error());
  for (const cert::Deployment& each : *all) {
    fmt::print("{}{}{} {}\n", each.number, each.is_live ? " live" : "", each.is_previous ? " previous" : "",
               each.is_complete ? "whole" : each.fault);
  }
  return 0;
}

int permissions(const cert::Store& store) {
  const auto findings = store.check_permissions();
  if (!findings) return status_of(findings.error());
  for (const base::Finding& each : *findings)
    fmt::print("{}: {} [{}]: {}\n", each.file, each.text, each.check, each.hint);
  return findings->empty() ? 0 : 1;
}

int change(const cert::Store& store, const cert::StoreLock& lock, const std::string& verb,
           const Arguments& rest) {
  const std::string first = rest.empty() ? std::string() : rest[0];
  const std::uint64_t number = base::parse_decimal(first, cert::kMaxNumber).value_or(0);
  if (verb == "install" && rest.size() == 1) return install(store, lock, first);
  if (verb == "live" && rest.size() == 1) return go_live(store, lock, number);
  if (verb == "rollback" && rest.empty()) return rollback(store, lock);
  if (verb == "prune" && rest.size() == 1) return prune(store, lock, number);
  if (verb == "request" && rest.size() == 2) return request(store, lock, first, rest[1]);
  if (verb == "forget" && rest.size() == 1) {
    const auto gone = store.waiting_keys().remove(lock, first);
    return gone ? 0 : status_of(gone.error());
  }
  if (verb == "hold" && rest.size() == 1) return hold(number);
  if (verb == "clean" && rest.empty()) return 0;
  return 64;
}

int run(const std::string& path, const std::string& verb, const Arguments& rest) {
  const auto store = cert::Store::open(path, cert::Store::Missing::make);
  if (!store) return status_of(store.error());
  if (verb == "list") return list(*store);
  if (verb == "permissions") return permissions(*store);
  const char* const patience = std::getenv("STORE_PATIENCE_MS");
  const auto lock = store->lock(
      verb, std::chrono::milliseconds(patience == nullptr ? 30000 : std::atoi(patience)), base::now());
  if (!lock) return status_of(lock.error());
  if (lock->leftover_problem() != nullptr)
    fmt::print(stderr, "store_driver: warning: {}\n", lock->leftover_problem()->message());
  return change(*store, *lock, verb, rest);
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments all(argv + 1, argv + argc);
  if (all.size() < 2) return 64;
  try {
    return run(all[0], all[1], Arguments(all.begin() + 2, all.end()));
  } catch (const std::exception& e) {
    fmt::print(stderr, "store_driver: {}\n", e.what());
    return 70;
  }
}
