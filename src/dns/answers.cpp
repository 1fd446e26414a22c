#include "dns/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace tlsward::dns {
namespace {

constexpr int no_error = 0;
constexpr int no_such_name = 3;

/// How far the answer goes, without a look at its records; `text` says why it is bogus or failed.
Trust judge(const RawAnswer& raw, std::string& text) {
  if (raw.is_bogus) {
    text = raw.why.empty() ? "DNSSEC validation failed" : base::printable(raw.why, 512);
    return Trust::bogus;
  }
  if (raw.rcode != no_error && raw.rcode != no_such_name) {
    text = raw.why.empty() ? rcode_text(raw.rcode) : base::printable(raw.why, 512);
    return Trust::failed;
  }
  if (!raw.has_data || raw.rdata.empty()) return Trust::absent;
  if (raw.rdata.size() > most_records) {
    text = fmt::format("{} records in one answer: more than {} are not read", raw.rdata.size(), most_records);
    return Trust::failed;
  }
  return raw.is_secure ? Trust::secure : Trust::insecure;
}

template <class T>
void sort_each_once(std::vector<T>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

bool is_host_byte(char c) {
  return base::is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

}  // namespace

std::string_view trust_name(Trust trust) {
  switch (trust) {
    case Trust::secure: return "secure";
    case Trust::insecure: return "insecure";
    case Trust::bogus: return "bogus";
    case Trust::absent: return "absent";
    case Trust::failed: return "failed";
  }
  return "failed";
}

std::string rcode_text(int rcode) {
  switch (rcode) {
    case 1: return "the name server could not read the question (FORMERR)";
    case 2: return "the name server failed (SERVFAIL)";
    case 4: return "the name server cannot answer such questions (NOTIMP)";
    case 5: return "the name server refuses to answer (REFUSED)";
    default: return fmt::format("the name server answered with code {}", rcode);
  }
}

TlsaAnswer judge_tlsa(const RawAnswer& raw, std::string_view owner) {
  TlsaAnswer answer;
  answer.trust = judge(raw, answer.text);
  answer.owner = base::to_lower(raw.canonical.empty() ? owner : std::string_view(raw.canonical));
  answer.is_proven_absent = answer.trust == Trust::absent && raw.is_secure;
  if (answer.trust != Trust::secure && answer.trust != Trust::insecure) return answer;
  answer.ttl = std::max(raw.ttl, std::chrono::seconds(0));
  for (const std::string& rdata : raw.rdata) {
    if (auto record = base::parse_tlsa_rdata(rdata)) {
      answer.records.push_back(*std::move(record));
    } else {
      ++answer.malformed;
    }
  }
  sort_each_once(answer.records);
  return answer;
}

MxAnswer judge_mx(const RawAnswer& raw) {
  MxAnswer answer;
  answer.trust = judge(raw, answer.text);
  if (answer.trust != Trust::secure && answer.trust != Trust::insecure) return answer;
  for (const std::string& rdata : raw.rdata) {
    const auto name = rdata.size() < 3 ? std::nullopt : name_from_wire(std::string_view(rdata).substr(2));
    if (!name) {
      answer = {};
      answer.text = fmt::format("a record of {} bytes is no MX record", rdata.size());
      return answer;
    }
    const auto byte = [&rdata](std::size_t i) {
      return static_cast<unsigned>(static_cast<unsigned char>(rdata[i]));
    };
    if (name->empty()) {
      answer.null_mx = true;
    } else {
      answer.hosts.push_back({static_cast<std::uint16_t>((byte(0) << 8U) | byte(1)), *name});
    }
  }
  sort_each_once(answer.hosts);
  // RFC 7505 section 3: beside other records a null MX means nothing.
  answer.null_mx = answer.null_mx && answer.hosts.empty();
  return answer;
}

std::optional<std::string> name_from_wire(std::string_view bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto length = static_cast<unsigned char>(bytes[at++]);
    if (length == 0) return out;
    if (length > 63 || at + length > bytes.size() || at + length > 254) return std::nullopt;
    if (!out.empty()) out += '.';
    for (const char raw : bytes.substr(at, length)) {
      const char c = base::lower(raw);
      if (is_host_byte(c)) {
        out += c;
      } else {
        fmt::format_to(std::back_inserter(out), "\\{:03}", static_cast<unsigned char>(c));
      }
    }
    at += length;
  }
  return std::nullopt;
}

}  // namespace tlsward::dns
