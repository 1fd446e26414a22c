// Asks DNS through the room that tlsward asks it through, and prints one JSON object: what tests/dns/*.test
// read.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/tlsa_record.h"
#include "dns/direct.h"
#include "dns/resolver.h"

namespace tlsward::dns {
namespace {

using nlohmann::json;

constexpr const char* usage =
    "usage: dns_probe [--forward ADDRESS@PORT]… [--anchors FILE] [--anchor RECORD] [--resolv-conf FILE] "
    "[--seconds N]\n"
    "                 tlsa HOST PORT | mx DOMAIN | servers NAME | at ADDRESS PORT OWNER\n";

struct Request {
  ResolverSettings settings;
  std::chrono::milliseconds time{10000};
  std::vector<std::string> words;
};

json texts(const std::vector<base::TlsaRecord>& records) {
  json out = json::array();
  for (const auto& record : records) out.push_back(base::to_string(record));
  return out;
}

json tlsa(Resolver& resolver, const Request& request, Deadline deadline) {
  const auto port = base::parse_decimal(request.words[2], 65535);
  const TlsaAnswer answer =
      resolver.tlsa_records(request.words[1], static_cast<std::uint16_t>(port.value_or(0)), deadline);
  return {{"trust", trust_name(answer.trust)},
          {"records", texts(answer.records)},
          {"malformed", answer.malformed},
          {"ttl", answer.ttl.count()},
          {"owner", answer.owner},
          {"proven_absent", answer.is_proven_absent},
          {"text", answer.text}};
}

json mx(Resolver& resolver, const Request& request, Deadline deadline) {
  const MxAnswer answer = resolver.mx_hosts(request.words[1], deadline);
  json hosts = json::array();
  for (const MxHost& host : answer.hosts) hosts.push_back({host.preference, host.name});
  return {{"trust", trust_name(answer.trust)},
          {"hosts", hosts},
          {"null_mx", answer.null_mx},
          {"text", answer.text}};
}

json servers(Resolver& resolver, const Request& request, Deadline deadline) {
  const auto found = resolver.authoritative_servers(request.words[1], deadline);
  if (!found) return {{"error", found.error().message()}};
  json out = json::array();
  for (const NameServer& server : found->servers) {
    json addresses = json::array();
    for (const auto& address : server.addresses) addresses.push_back(net::to_string(address));
    out.push_back({{"name", server.name}, {"addresses", addresses}});
  }
  return {{"zone", found->zone}, {"servers", out}};
}

json at(const Request& request, Deadline deadline) {
  const auto address = net::Address::parse(request.words[1]);
  const auto port = base::parse_decimal(request.words[2], 65535);
  if (!address || !port) return {{"error", "no address and port"}};
  const ServerAnswer answer =
      tlsa_at(*address, static_cast<std::uint16_t>(*port), request.words[3], deadline);
  return {{"state", state_name(answer.state)},
          {"records", texts(answer.records)},
          {"malformed", answer.malformed},
          {"ttl", answer.ttl.count()},
          {"text", answer.text}};
}

/// False for an option that there is not.
bool take_option(Request& request, const std::string& name, const std::string& value) {
  if (name == "--forward") {
    request.settings.forwarders.push_back(value);
  } else if (name == "--anchors") {
    request.settings.anchor_file = value;
  } else if (name == "--anchor") {
    request.settings.anchors.push_back(value);
  } else if (name == "--resolv-conf") {
    request.settings.resolv_conf = value;
  } else if (name == "--seconds") {
    request.time = std::chrono::milliseconds(static_cast<long>(1000 * std::strtod(value.c_str(), nullptr)));
  } else {
    return false;
  }
  return true;
}

json run(const Request& request) {
  const std::map<std::string, std::size_t> verbs{{"tlsa", 3}, {"mx", 2}, {"servers", 2}, {"at", 4}};
  const auto verb = request.words.empty() ? verbs.end() : verbs.find(request.words[0]);
  if (verb == verbs.end() || request.words.size() != verb->second) return nullptr;
  const auto begin = std::chrono::steady_clock::now();
  const Deadline deadline = begin + request.time;
  json out;
  if (verb->first == "at") {
    out = at(request, deadline);
  } else {
    auto resolver = Resolver::open(request.settings);
    if (!resolver) return {{"error", resolver.error().message()}};
    out = verb->first == "tlsa" ? tlsa(*resolver, request, deadline)
          : verb->first == "mx" ? mx(*resolver, request, deadline)
                                : servers(*resolver, request, deadline);
  }
  // With the end of the resolver in it: it must not wait for what nobody wants any more.
  out["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return out;
}

}  // namespace
}  // namespace tlsward::dns

int main(int argc, char** argv) {
  tlsward::dns::Request request;
  request.settings.anchor_file.clear();
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.compare(0, 2, "--") != 0) {
      request.words.push_back(word);
    } else if (i + 1 == argc || !tlsward::dns::take_option(request, word, argv[++i])) {
      std::fputs(tlsward::dns::usage, stderr);
      return 64;
    }
  }
  const auto out = tlsward::dns::run(request);
  if (out.is_null()) {
    std::fputs(tlsward::dns::usage, stderr);
    return 64;
  }
  std::puts(out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  return 0;
}
