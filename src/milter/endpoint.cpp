#include "milter/endpoint.h"

#include <fmt/format.h>
#include <sys/un.h>

#include <optional>

#include "base/text.h"
#include "net/address.h"

namespace tlsward::milter {
namespace {

using base::Errc;
using base::Error;
using base::Result;
using Kind = Endpoint::Kind;

/// One byte of sun_path is its closing zero.
constexpr std::size_t max_path = sizeof(sockaddr_un::sun_path) - 1;

Error bad(Errc code, std::string_view text, std::string_view why) {
  return Error{code, fmt::format("\"{}\" {}", base::printable(text, 120), why), "socket"};
}

Result<Endpoint> parse_path(std::string_view path, std::string_view whole) {
  if (path.empty() || path.front() != '/' || path.back() == '/') {
    return bad(Errc::parse, whole,
               "names no socket file: write an absolute path, as in unix:/run/tlsward/milter.sock");
  }
  if (path.find('\0') != std::string_view::npos)
    return bad(Errc::parse, whole, "holds a NUL byte: remove it");
  if (path.size() > max_path) {
    return bad(
        Errc::range, whole,
        fmt::format("has {} bytes, a socket's path may have {}: use a shorter one", path.size(), max_path));
  }
  Endpoint out;
  out.path = path;
  return out;
}

/// HOST and PORT apart, in either order; brackets around the host are gone.
struct HostPort {
  std::string_view host;
  std::string_view port;
};

std::optional<HostPort> split_host_port(std::string_view text) {
  HostPort out;
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {  // libmilter's PORT@HOST
    out = {text.substr(at + 1), text.substr(0, at)};
    if (out.host.empty()) return std::nullopt;
  } else if (const std::size_t colon = text.rfind(':');
             colon != std::string_view::npos) {  // Postfix's HOST:PORT
    out = {text.substr(0, colon), text.substr(colon + 1)};
    if (out.host.empty()) return std::nullopt;
  } else {
    out.port = text;
  }
  if (out.host.starts_with('[')) {
    if (!out.host.ends_with(']') || out.host.size() < 3) return std::nullopt;
    out.host = out.host.substr(1, out.host.size() - 2);
  }
  return out;
}

bool is_host_character(char c) {
  return base::is_digit(c) || (base::lower(c) >= 'a' && base::lower(c) <= 'z') || c == '-' || c == '.' ||
         c == '_' || c == ':';
}

Result<Endpoint> parse_inet(Kind kind, std::string_view rest, std::string_view whole) {
  const auto parts = split_host_port(rest);
  constexpr std::string_view remedy = "is no host and port: write inet:PORT@HOST, as in inet:8891@127.0.0.1";
  if (!parts) return bad(Errc::parse, whole, remedy);
  const auto port = base::parse_decimal(parts->port, 99999);
  if (!port) return bad(Errc::parse, whole, remedy);
  if (*port > 65535) return bad(Errc::range, whole, "has a port above 65535: write one from 1 to 65535");
  for (const char c : parts->host) {
    if (!is_host_character(c)) return bad(Errc::parse, whole, remedy);
  }
  const bool is_v6_literal = parts->host.find(':') != std::string_view::npos;
  if (is_v6_literal && !net::Address::parse(parts->host)) {
    return bad(Errc::parse, whole,
               "has no valid IPv6 address: write inet6:PORT@ADDRESS, as in inet6:8891@::1");
  }
  if (kind == Kind::inet6 && !is_v6_literal && net::Address::parse(parts->host)) {
    return bad(Errc::parse, whole, "names an IPv4 address: write inet: before it");
  }
  Endpoint out;
  out.kind = is_v6_literal ? Kind::inet6 : kind;
  out.host = parts->host;
  out.port = static_cast<std::uint16_t>(*port);
  return out;
}

Result<Endpoint> parse_descriptor(std::string_view rest, std::string_view whole) {
  const auto number = base::parse_decimal(rest, 1'000'000);
  if (!number || *number < 3) {
    return bad(Errc::parse, whole,
               "names no descriptor: write fd:3 for the first socket that systemd hands over");
  }
  Endpoint out;
  out.kind = Kind::descriptor;
  out.descriptor = static_cast<int>(*number);
  return out;
}

/// An address as both MTAs write it where a port follows.
std::string bracketed(const Endpoint& endpoint) {
  return endpoint.host.find(':') == std::string::npos ? endpoint.host : fmt::format("[{}]", endpoint.host);
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view text) {
  if (text.starts_with('/')) return parse_path(text, text);
  const std::size_t colon = text.find(':');
  const std::string kind = base::to_lower(text.substr(0, colon));
  if (colon != std::string_view::npos) {
    const std::string_view rest = text.substr(colon + 1);
    if (kind == "unix" || kind == "local") return parse_path(rest, text);
    if (kind == "inet") return parse_inet(Kind::inet, rest, text);
    if (kind == "inet6") return parse_inet(Kind::inet6, rest, text);
    if (kind == "fd") return parse_descriptor(rest, text);
  }
  return bad(Errc::parse, text, "is no socket: write unix:PATH, inet:PORT@HOST, inet6:PORT@HOST or fd:3");
}

std::string to_string(const Endpoint& endpoint) {
  switch (endpoint.kind) {
    case Kind::unix_path: return fmt::format("unix:{}", endpoint.path);
    case Kind::descriptor: return fmt::format("fd:{}", endpoint.descriptor);
    case Kind::inet:
    case Kind::inet6: break;
  }
  const std::string_view kind = endpoint.kind == Kind::inet ? "inet" : "inet6";
  if (endpoint.host.empty()) return fmt::format("{}:{}", kind, endpoint.port);
  return fmt::format("{}:{}@{}", kind, endpoint.port, bracketed(endpoint));
}

std::string main_cf_line(const Endpoint& endpoint) {
  switch (endpoint.kind) {
    case Kind::unix_path: return fmt::format("smtpd_milters = unix:{}", endpoint.path);
    case Kind::descriptor: return {};
    case Kind::inet:
    case Kind::inet6: break;
  }
  Endpoint reached = endpoint;
  if (reached.host.empty()) reached.host = endpoint.kind == Kind::inet ? "127.0.0.1" : "::1";
  return fmt::format("smtpd_milters = inet:{}:{}", bracketed(reached), reached.port);
}

}  // namespace tlsward::milter
