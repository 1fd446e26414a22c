#include "cli/cert_server.h"

#include <fmt/format.h>

#include <chrono>

#include "base/text.h"
#include "smtp/served.h"

namespace tlsward::cli {
namespace {

constexpr std::chrono::seconds patience{20};
constexpr std::uint16_t smtps_port = 465;

}  // namespace

std::optional<Server> parse_server(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto port = base::parse_decimal(text.substr(colon + 1), 65535);
  if (!port || *port == 0) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":/") != std::string_view::npos) {
    return std::nullopt;
  }
  if (host.empty()) return std::nullopt;
  return Server{std::string(host), static_cast<std::uint16_t>(*port)};
}

base::Result<std::vector<cert::Certificate>> served_certificates(const Server& server) {
  smtp::Target target;
  target.host = server.host;
  target.port = server.port;
  target.server_name = server.host;
  if (server.port == smtps_port) target.security = smtp::Security::smtps;
  const smtp::Outcome outcome = smtp::fetch_served(target, std::chrono::steady_clock::now() + patience);
  const std::string where = fmt::format("{}:{}", base::printable(server.host, 255), server.port);
  if (!outcome.is_ok()) {
    return base::Error{base::Errc::unavailable,
                       fmt::format("{} (at the step {})", outcome.text, smtp::name_of(outcome.step)), where};
  }
  std::vector<cert::Certificate> out;
  for (const std::string& der : outcome.chain) {
    auto certificate = cert::Certificate::from_der(der);
    if (!certificate) return base::Error{base::Errc::parse, certificate.error().message(), where};
    out.push_back(*std::move(certificate));
  }
  return out;
}

}  // namespace tlsward::cli
