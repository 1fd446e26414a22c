#include "dns/message.h"

#include <arpa/nameser.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/text.h"
#include "dns/answers.h"

namespace tlsward::dns {
namespace {

constexpr std::size_t header_bytes = 12;
constexpr unsigned type_cname = 5;
constexpr unsigned type_opt = 41;
constexpr unsigned type_tlsa = 52;
constexpr unsigned class_in = 1;
constexpr unsigned udp_room = 1232;  // fits into any path without fragments
constexpr int most_aliases = 8;

void append16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8U);
  out += static_cast<char>(value & 0xFFU);
}

unsigned byte_at(std::string_view message, std::size_t at) {
  return static_cast<unsigned char>(message[at]);
}

/// One record of the answer section, with the names as text.
struct Record {
  std::string owner;
  unsigned type = 0;
  std::chrono::seconds ttl{0};
  std::string rdata;   // of a TLSA record
  std::string target;  // of an alias
};

ServerAnswer failed(std::string text) {
  ServerAnswer answer;
  answer.text = std::move(text);
  return answer;
}

/// As base::tlsa_owner spells names: lower case, absolute.
std::string absolute(std::string_view name) {
  std::string out = base::to_lower(name);
  if (out.empty() || out.back() != '.') out += '.';
  return out;
}

/// Names are compared in the spelling of name_from_wire, so that strange bytes in them are only text.
std::string name_text(ns_msg& message, const unsigned char* at) {
  std::array<unsigned char, NS_MAXCDNAME> wire{};
  if (ns_name_unpack(ns_msg_base(message), ns_msg_end(message), at, wire.data(), wire.size()) < 0) return {};
  const auto text = name_from_wire(std::string_view(reinterpret_cast<const char*>(wire.data()), wire.size()));
  return text ? absolute(*text) : std::string();
}

/// TTLs are 31 bits (RFC 2181 section 8): with the top bit set they are zero.
std::chrono::seconds ttl_of(const ns_rr& rr) {
  const auto ttl = static_cast<std::uint32_t>(ns_rr_ttl(rr));
  return std::chrono::seconds((ttl & 0x80000000U) != 0 ? 0 : ttl);
}

/// The answer section; nothing when the message is broken.
std::optional<std::vector<Record>> records_of(ns_msg& message) {
  std::vector<Record> out;
  const int count = ns_msg_count(message, ns_s_an);
  auto rr = std::make_unique<ns_rr>();
  for (int i = 0; i < count; ++i) {
    if (ns_parserr(&message, ns_s_an, i, rr.get()) != 0) return std::nullopt;
    if (ns_rr_class(*rr) != class_in) continue;
    Record record{absolute(ns_rr_name(*rr)), ns_rr_type(*rr), ttl_of(*rr), {}, {}};
    if (record.type == type_cname) {
      record.target = name_text(message, ns_rr_rdata(*rr));
      if (record.target.empty()) return std::nullopt;
    } else if (record.type == type_tlsa) {
      record.rdata.assign(reinterpret_cast<const char*>(ns_rr_rdata(*rr)), ns_rr_rdlen(*rr));
    } else {
      continue;
    }
    out.push_back(std::move(record));
  }
  return out;
}

/// The name at the end of the aliases that stand in the message.
std::string end_of_aliases(const std::vector<Record>& records, std::string name) {
  for (int hop = 0; hop < most_aliases; ++hop) {
    const auto alias = std::find_if(records.begin(), records.end(), [&name](const Record& r) {
      return r.type == type_cname && r.owner == name;
    });
    if (alias == records.end()) break;
    name = alias->target;
  }
  return name;
}

ServerAnswer collect(const std::vector<Record>& records, const std::string& owner) {
  ServerAnswer answer;
  for (const Record& record : records) {
    if (record.type != type_tlsa || record.owner != owner) continue;
    answer.ttl = std::max(answer.ttl, record.ttl);
    if (auto parsed = base::parse_tlsa_rdata(record.rdata)) {
      answer.records.push_back(*std::move(parsed));
    } else {
      ++answer.malformed;
    }
  }
  if (answer.records.size() + answer.malformed > most_records)
    return failed(fmt::format("more than {} records in one answer", most_records));
  std::sort(answer.records.begin(), answer.records.end());
  answer.records.erase(std::unique(answer.records.begin(), answer.records.end()), answer.records.end());
  answer.state = answer.records.empty() ? ServerAnswer::State::absent : ServerAnswer::State::present;
  return answer;
}

}  // namespace

std::string_view state_name(ServerAnswer::State state) {
  switch (state) {
    case ServerAnswer::State::present: return "present";
    case ServerAnswer::State::absent: return "absent";
    case ServerAnswer::State::failed: return "failed";
  }
  return "failed";
}

base::Result<std::string> tlsa_question(std::string_view owner, std::uint16_t id) {
  if (!base::is_dns_host_name(owner))
    return base::Error{
        base::Errc::range, fmt::format("\"{}\" is no name in DNS", base::printable(owner)), {}};
  std::string out;
  append16(out, id);
  append16(out, 0);  // a plain question, recursion not desired: the server shall say what it knows itself
  append16(out, 1);
  append16(out, 0);
  append16(out, 0);
  append16(out, 1);
  const std::string name = absolute(owner);
  for (std::size_t start = 0; start < name.size();) {
    const std::size_t dot = name.find('.', start);
    out += static_cast<char>(dot - start);
    out.append(name, start, dot - start);
    start = dot + 1;
  }
  out += '\0';
  append16(out, type_tlsa);
  append16(out, class_in);
  // The OPT record: the root as its name, our room in place of the class, no flags, no options.
  out += '\0';
  append16(out, type_opt);
  append16(out, udp_room);
  append16(out, 0);
  append16(out, 0);
  append16(out, 0);
  return out;
}

bool answers_question(std::string_view message, std::string_view question) {
  if (message.size() < header_bytes || question.size() < header_bytes) return false;
  const std::size_t question_bytes = question.find('\0', header_bytes) + 5 - header_bytes;
  if (message.substr(0, 2) != question.substr(0, 2) || (byte_at(message, 2) & 0x80U) == 0) return false;
  // A server that could not read the question may leave it out; then its code alone is the answer.
  if (byte_at(message, 4) == 0 && byte_at(message, 5) == 0) return (byte_at(message, 3) & 0x0FU) != 0;
  return byte_at(message, 4) == 0 && byte_at(message, 5) == 1 &&
         base::equals_ignoring_case(message.substr(header_bytes, question_bytes),
                                    question.substr(header_bytes, question_bytes));
}

bool is_cut(std::string_view message) {
  return message.size() >= header_bytes && (byte_at(message, 2) & 0x02U) != 0;
}

ServerAnswer read_tlsa_answer(std::string_view message, std::string_view owner) {
  auto parsed = std::make_unique<ns_msg>();
  if (message.size() > NS_MAXMSG || ns_initparse(reinterpret_cast<const unsigned char*>(message.data()),
                                                 static_cast<int>(message.size()), parsed.get()) != 0)
    return failed("its answer is no DNS message");
  const int rcode = ns_msg_getflag(*parsed, ns_f_rcode);
  if (rcode != ns_r_noerror && rcode != ns_r_nxdomain) return failed(rcode_text(rcode));
  if (ns_msg_getflag(*parsed, ns_f_aa) == 0) return failed("it does not answer with authority for that zone");
  const auto records = records_of(*parsed);
  if (!records) return failed("its answer is cut or broken");
  return collect(*records, end_of_aliases(*records, absolute(owner)));
}

}  // namespace tlsward::dns
