#include "mta/postfix_text.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "mta/ports.h"

namespace tlsward::mta {
namespace {

constexpr std::string_view blanks = " \t\r\n";

/// Calls `take` for each line.
template <class Take>
void for_each_line(std::string_view text, Take&& take) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    take(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> split_at(std::string_view text, std::string_view separators) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t start = text.find_first_not_of(separators);
    if (start == std::string_view::npos) return out;
    text.remove_prefix(start);
    const std::size_t size = std::min(text.find_first_of(separators), text.size());
    out.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
}

/// Name and value around the first " =".
std::optional<std::pair<std::string_view, std::string_view>> name_and_value(std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  return std::make_pair(base::trim(line.substr(0, equals)), base::trim(line.substr(equals + 1)));
}

std::string value_of(const Parameters& parameters, std::string_view name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : found->second;
}

/// What is in force for one service: its own overrides before main.cf.
class Effective {
 public:
  Effective(const PostfixAnswers& answers, const std::string& service) : answers_(answers) {
    const auto found = answers.overrides.find(service);
    if (found != answers.overrides.end()) own_ = &found->second;
  }

  [[nodiscard]] bool overrides(std::string_view name) const {
    return own_ != nullptr && own_->find(name) != own_->end();
  }

  [[nodiscard]] std::string operator()(std::string_view name) const {
    if (overrides(name)) return value_of(*own_, name);
    // A parameter that is another one's value by `$other` follows the override of that other one.
    const std::string raw = value_of(answers_.raw, name);
    if (raw.size() > 1 && raw[0] == '$' && raw != "$" + std::string(name)) {
      const std::string other = raw.substr(1);
      if (overrides(other)) return value_of(*own_, other);
    }
    return value_of(answers_.expanded, name);
  }

 private:
  const PostfixAnswers& answers_;
  const Parameters* own_ = nullptr;
};

constexpr const char* file_kinds[] = {"cert_file",  "key_file",   "eccert_file",
                                      "eckey_file", "dcert_file", "dkey_file"};

/// smtpd_tls_chain_files makes Postfix ignore every other parameter, those of single services too
/// (postconf(5)).
std::vector<std::string> files_of(const Effective& effective, const std::string& prefix,
                                  const std::string& queue) {
  std::vector<std::string> names = split_list(effective(prefix + "chain_files"));
  if (names.empty()) {
    for (const char* const kind : file_kinds) {
      const std::string name = effective(prefix + kind);
      if (!name.empty() && name != "none") names.push_back(name);
    }
  }
  std::vector<std::string> out;
  for (const std::string& name : names) {
    std::string path = base::join_path(queue, name);
    if (std::find(out.begin(), out.end(), path) == out.end()) out.push_back(std::move(path));
  }
  return out;
}

bool is_yes(std::string_view value) {
  return base::equals_ignoring_case(value, "yes");
}

/// The old switches still count where the level is not set.
bool offers_tls(const Effective& effective, bool is_postscreen) {
  const std::string prefix = is_postscreen ? "postscreen_" : "smtpd_";
  const std::vector<std::string> hidden = split_list(effective(prefix + "discard_ehlo_keywords"));
  if (std::any_of(hidden.begin(), hidden.end(),
                  [](std::string_view word) { return base::equals_ignoring_case(word, "starttls"); })) {
    return false;
  }
  const std::string level = effective(prefix + "tls_security_level");
  if (!level.empty()) return level != "none";
  return is_yes(effective(prefix + "use_tls")) || is_yes(effective(prefix + "enforce_tls"));
}

/// Where a service without a host of its own listens, as one address that we can reach.
std::string default_host(const PostfixAnswers& answers) {
  const std::vector<std::string> protocols = split_list(value_of(answers.expanded, "inet_protocols"));
  const bool is_v6_only = protocols.size() == 1 && protocols[0] == "ipv6";
  std::string loopback = is_v6_only ? "::1" : "127.0.0.1";
  const std::vector<std::string> interfaces = split_list(value_of(answers.expanded, "inet_interfaces"));
  if (interfaces.empty() || interfaces[0] == "all" || interfaces[0] == "loopback-only") return loopback;
  return interfaces[0];
}

std::string without_brackets(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return std::string(host);
}

/// "PORT" or "HOST:PORT"; the port is behind the last colon.
std::optional<std::pair<std::string, std::uint16_t>> endpoint_of(std::string_view name,
                                                                 const std::string& host) {
  const std::size_t colon = name.rfind(':');
  const auto port = port_number(colon == std::string_view::npos ? name : name.substr(colon + 1));
  if (!port) return std::nullopt;
  if (colon == std::string_view::npos || colon == 0) return std::make_pair(without_brackets(host), *port);
  return std::make_pair(without_brackets(name.substr(0, colon)), *port);
}

std::optional<Listener> listener_of(const PostfixAnswers& answers, const Service& service) {
  const bool is_postscreen = service.command == "postscreen";
  if (service.type != "inet" || (service.command != "smtpd" && !is_postscreen)) return std::nullopt;
  const auto endpoint = endpoint_of(service.name, default_host(answers));
  if (!endpoint) return std::nullopt;
  const Effective effective(answers, service.name + "/" + service.type);
  Listener listener;
  listener.service = service.name;
  listener.host = endpoint->first;
  listener.port = endpoint->second;
  const bool is_implicit = !is_postscreen && is_yes(effective("smtpd_tls_wrappermode"));
  listener.security = is_implicit ? smtp::Security::smtps : smtp::Security::starttls;
  listener.has_tls = is_implicit || offers_tls(effective, is_postscreen);
  listener.wants_proxy_header =
      !effective(is_postscreen ? "postscreen_upstream_proxy_protocol" : "smtpd_upstream_proxy_protocol")
           .empty();
  const std::string queue = value_of(answers.expanded, "queue_directory");
  // postscreen hands its TLS to tlsproxy, which has parameters of its own.
  listener.certificate_files = is_postscreen
                                   ? files_of(Effective(answers, "tlsproxy/unix"), "tlsproxy_tls_", queue)
                                   : files_of(effective, "smtpd_tls_", queue);
  return listener;
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
  return split_at(text, ", \t\r\n");
}

Parameters parse_parameters(std::string_view text) {
  Parameters out;
  for_each_line(text, [&](std::string_view line) {
    if (const auto pair = name_and_value(line))
      out.insert_or_assign(std::string(pair->first), std::string(pair->second));
  });
  return out;
}

std::vector<Service> parse_services(std::string_view text) {
  constexpr std::size_t command_column = 7;
  std::vector<Service> out;
  for_each_line(text, [&](std::string_view line) {
    const std::vector<std::string> columns = split_at(line, blanks);
    if (columns.size() > command_column) out.push_back({columns[0], columns[1], columns[command_column]});
  });
  return out;
}

std::map<std::string, Parameters, std::less<>> parse_overrides(std::string_view text) {
  std::map<std::string, Parameters, std::less<>> out;
  for_each_line(text, [&](std::string_view line) {
    const auto pair = name_and_value(line);
    if (!pair) return;
    const std::size_t slash = pair->first.rfind('/');
    if (slash == std::string_view::npos) return;
    out[std::string(pair->first.substr(0, slash))].insert_or_assign(
        std::string(pair->first.substr(slash + 1)), std::string(pair->second));
  });
  return out;
}

std::vector<std::string> listener_parameters() {
  std::vector<std::string> out{"inet_interfaces",
                               "inet_protocols",
                               "queue_directory",
                               "smtpd_tls_wrappermode",
                               "smtpd_tls_security_level",
                               "smtpd_use_tls",
                               "smtpd_enforce_tls",
                               "smtpd_discard_ehlo_keywords",
                               "smtpd_upstream_proxy_protocol",
                               "postscreen_tls_security_level",
                               "postscreen_use_tls",
                               "postscreen_enforce_tls",
                               "postscreen_discard_ehlo_keywords",
                               "postscreen_upstream_proxy_protocol"};
  for (const char* const prefix : {"smtpd_tls_", "tlsproxy_tls_"}) {
    out.push_back(std::string(prefix) + "chain_files");
    for (const char* const kind : file_kinds) out.push_back(std::string(prefix) + kind);
  }
  return out;
}

std::vector<Listener> listeners_of(const PostfixAnswers& answers) {
  std::vector<Listener> out;
  for (const Service& service : answers.services) {
    if (auto listener = listener_of(answers, service)) out.push_back(*std::move(listener));
  }
  return out;
}

}  // namespace tlsward::mta
