#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "cert/names.h"
#include "cert/request.h"
#include "cli/cert_common.h"
#include "cli/cert_dane.h"
#include "cli/cert_identities.h"
#include "cli/cert_store_use.h"
#include "cli/cert_suggest.h"
#include "cli/cert_verbs.h"

namespace tlsward::cli {
namespace {

constexpr std::string_view request_name = "cert request";

constexpr std::array request_options{
    hostname_option,
    OptionSpec{"key-type", "TYPE", "rsa:2048 to rsa:4096, ecdsa:p256 (default), ecdsa:p384 or ed25519"},
    OptionSpec{"common-name", "NAME", "the subject's common name, by default the first name"},
    OptionSpec{"out", "FILE", "write the request to FILE, not to standard output"},
    no_dns_option,
    resolver_option,
    anchor_option,
    store_option,
    mta_option,
    mta_config_option};

/// What the waiting key is called: its first host name, without what a folder's name cannot have.
std::string waiting_name(const std::string& host) {
  std::string name = cert::normal_host(host.starts_with("*.") ? host.substr(2) : host).value_or("");
  if (name.empty()) name = "request";
  constexpr std::size_t most = 190;  // some room for "-2"
  if (name.size() > most) name.resize(most);
  return name;
}

/// A regular file whole or not at all; what is none (a pipe, a device, what a link names) is written into as
/// it is.
base::Status write_request(const std::string& path, const std::string& request) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode))
    return base::write_file_atomically(path, request, 0644);
  const base::Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0644));
  if (!file.is_open()) return base::from_errno(errno, "cannot open", path);
  std::string_view rest = request;
  while (!rest.empty()) {
    const ssize_t n = ::write(file.get(), rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::from_errno(errno, "cannot write", path);
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  return base::Done{};
}

Exit deliver(Context& context, const std::string& name, const std::string& request, const std::string& type) {
  const std::string out_file = context.arguments.value("out").value_or("-");
  if (const auto file = out_file == "-" ? std::nullopt : std::optional(out_file)) {
    if (const auto status = write_request(*file, request); !status) {
      context.out.talk(fmt::format("tlsward {}: {}", request_name, status.error().message()));
      context.out.talk(
          fmt::format("the key {} waits in the store all the same; tlsward cert list names it", name));
      return Exit::cannot_write;
    }
  }
  if (context.arguments.has("json")) {
    std::string out = "{\"waiting\":";
    base::append_json_string(out, name);
    out += fmt::format(",\"key\":\"{}\",\"request\":", type);
    base::append_json_string(out, request);
    context.out.data(out + "}\n");
  } else if (out_file == "-") {
    context.out.data(request);
  }
  context.out.talk(fmt::format(
      "the key waits in the store as {}; once the certificate is there: tlsward cert install CERTIFICATE",
      name));
  return Exit::yes;
}

Exit run_request(Context& context) {
  conf::Config config;
  if (const auto failure = read_configuration(context, config)) return *failure;
  if (context.arguments.value("out") == "")
    return usage_error(context, request_name, "--out needs a file, or -");
  const auto type = key_type_of(context, request_name);
  if (!type) return Exit::usage;
  cert::RequestSubject subject;
  if (const auto failure = read_subject_names(context, request_name, config, subject)) return *failure;
  const auto fail = [&](const base::Error& error) {
    return usage_error(context, request_name, error.message());
  };
  auto key = cert::PrivateKey::generate(*type);
  if (!key) return fail(key.error());
  const auto request = cert::make_request(*key, subject);
  if (!request) return fail(request.error());
  const auto pem = key->pkcs8_pem();
  if (!pem) return fail(pem.error());

  Exit status = Exit::yes;
  auto held = hold_store(context, request_name, config, cert::Store::Missing::make, status);
  if (!held) return status;
  const auto name = held->store.waiting_keys().add(
      held->lock, {waiting_name(subject.names.front()), base::now(), cert::render_key_type(*type),
                   subject.names, hex_of(key->spki_sha256()), pem->view(), *request});
  if (!name) return store_failure(context, request_name, name.error());
  suggest_mail_hosts(context, subject.names);
  return deliver(context, *name, *request, cert::render_key_type(*type));
}

}  // namespace

constinit const Verb cert_request_verb{
    "cert request",
    "",
    "Make a private key, which waits in the store, and write its certificate request",
    request_options,
    0,
    "tlsward cert request --hostname mx.example.org --key-type rsa:3072 > mx.csr\n"
    "tlsward cert request --hostname mx1.example.org --hostname mx2.example.org --out mx.csr",
    run_request};

}  // namespace tlsward::cli
