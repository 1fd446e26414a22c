#include "mta/adaptor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "mta/postfix.h"
#include "mta/sendmail.h"

namespace tlsward::mta {
namespace {

using base::Errc;
using base::Error;
using base::Result;

/// Whether `path` is below `folder`, by the names alone.
bool is_below(const std::filesystem::path& folder, const std::filesystem::path& path) {
  const std::string start = (folder.lexically_normal() / "").lexically_normal().string();
  return path.lexically_normal().string().compare(0, start.size(), start) == 0;
}

/// With every link followed, as far as the path exists.
std::filesystem::path resolved(const std::filesystem::path& path) {
  std::error_code failed;
  std::filesystem::path out = std::filesystem::weakly_canonical(path, failed);
  return failed ? path : out;
}

Error nothing_found(const std::string& config_dir) {
  const std::string where = config_dir.empty() ? "the usual folders" : config_dir;
  return Error{
      Errc::missing,
      "no mail server was found: neither postconf with a main.cf nor sendmail with a sendmail.cf; name "
      "the folder in mta-config-dir, or set mta = none",
      where};
}

Result<std::unique_ptr<Mta>> only_one(std::unique_ptr<Mta> postfix, std::unique_ptr<Mta> sendmail) {
  const bool first_runs = postfix->is_running();
  const bool second_runs = sendmail->is_running();
  if (first_runs == second_runs) {
    return Error{
        Errc::conflict,
        fmt::format("Postfix and Sendmail are both installed and {} of them run: set mta = postfix or "
                    "mta = sendmail",
                    first_runs ? "both" : "none"),
        ""};
  }
  return first_runs ? std::move(postfix) : std::move(sendmail);
}

}  // namespace

std::string_view name_of(Kind kind) {
  return kind == Kind::postfix ? "postfix" : "sendmail";
}

bool Listener::uses(const std::string& folder) const {
  return std::any_of(certificate_files.begin(), certificate_files.end(), [&](const std::string& file) {
    return is_below(folder, file) || is_below(resolved(folder), resolved(file));
  });
}

smtp::Target Listener::target(const std::string& server_name, smtp::KeyKind kind_of_key) const {
  smtp::Target target;
  target.host = host;
  target.port = port;
  target.security = security;
  target.server_name = server_name;
  target.kind = kind_of_key;
  return target;
}

Result<std::vector<std::string>> Mta::certificate_files() const {
  const auto found = listeners();
  if (!found) return found.error();
  std::vector<std::string> out;
  for (const Listener& listener : *found) {
    if (!listener.has_tls) continue;
    for (const std::string& file : listener.certificate_files) {
      if (std::find(out.begin(), out.end(), file) == out.end()) out.push_back(file);
    }
  }
  return out;
}

Result<bool> Mta::uses(const std::string& folder) const {
  const auto found = listeners();
  if (!found) return found.error();
  return std::any_of(found->begin(), found->end(),
                     [&](const Listener& listener) { return listener.has_tls && listener.uses(folder); });
}

Places Places::of_this_machine() {
  Places places;
  places.has_systemd = ::access("/run/systemd/system", F_OK) == 0;
  return places;
}

Result<std::unique_ptr<Mta>> find_mta(conf::Mta wanted, const std::string& config_dir, const Places& places) {
  if (wanted == conf::Mta::none) return std::unique_ptr<Mta>();
  if (wanted == conf::Mta::postfix) return Postfix::find(config_dir, places);
  if (wanted == conf::Mta::sendmail) return Sendmail::find(config_dir, places);
  auto postfix = Postfix::find(config_dir, places);
  auto sendmail = Sendmail::find(config_dir, places);
  if (postfix && sendmail) return only_one(*std::move(postfix), *std::move(sendmail));
  if (postfix) return postfix;
  if (sendmail) return sendmail;
  for (const Error& why : {postfix.error(), sendmail.error()}) {
    if (why.code != Errc::missing) return why;  // it is here, and cannot be asked: say so
  }
  return nothing_found(config_dir);
}

}  // namespace tlsward::mta
