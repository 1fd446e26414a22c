#include "policy/session.h"

namespace tlsward::policy {

std::optional<Client> Client::parse(std::string_view text) {
  if (text == "local") return local();
  if (text == "unknown") return unknown();
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  const auto address = net::Address::parse(text);
  if (!address) return std::nullopt;
  return at(*address);
}

std::string to_string(const Client& client) {
  switch (client.kind) {
    case Client::Kind::local: return "local";
    case Client::Kind::unknown: return "unknown";
    case Client::Kind::address: break;
  }
  return net::to_string(client.address);
}

}  // namespace tlsward::policy
