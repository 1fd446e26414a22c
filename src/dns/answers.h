// Owns what DNS says about a mail host, as values, and how raw answers are judged: no network in here.
#ifndef TLSWARD_DNS_ANSWERS_H
#define TLSWARD_DNS_ANSWERS_H

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/tlsa_record.h"
#include "net/address.h"

namespace tlsward::dns {

/// How far an answer can be trusted.
enum class Trust : std::uint8_t {
  secure,    ///< there are records, and DNSSEC proves them
  insecure,  ///< there are records, and the zone is provably not signed, or no trust anchor covers it
  bogus,     ///< DNSSEC says that this answer is false, while others can be proven; mail clients put the mail
             ///< off (RFC 7672 section 2.1.1)
  absent,    ///< there are no such records
  failed,    ///< no answer that says anything: silence, SERVFAIL, more than we read
};

/// "secure", "insecure", "bogus", "absent" or "failed".
std::string_view trust_name(Trust trust);

/// What a response code other than 0 and 3 says, as a sentence. RFC 1035 section 4.1.1.
std::string rcode_text(int rcode);

/// What the resolver gave for one question, before anybody judged it.
struct RawAnswer {
  bool has_data = false;
  bool is_secure = false;
  bool is_bogus = false;
  int rcode = 0;                ///< RFC 1035 section 4.1.1: 0 and 3 (no such name) are answers
  std::chrono::seconds ttl{0};  ///< how long the answer may still be kept
  std::string canonical;  ///< the name at the end of the aliases, as the resolver writes it; may be empty
  std::string why;        ///< why it is bogus, or why there is no answer
  std::vector<std::string> rdata;  ///< the data of each record, names in it not compressed
};

/// The TLSA set of a service.
struct TlsaAnswer {
  Trust trust = Trust::failed;
  std::vector<base::TlsaRecord> records;  ///< sorted, each once; filled for secure and insecure only
  std::size_t malformed = 0;              ///< records that are too short to be any, left out above
  std::chrono::seconds ttl{0};            ///< what is left of it, as resolvers keep answers
  std::string owner;                      ///< where the set stands: behind aliases (CNAME) it is another name
  bool is_proven_absent = false;          ///< absent, and DNSSEC proves that
  std::string text;                       ///< for bogus and failed: why, printable
};

/// One mail host of a domain.
struct MxHost {
  std::uint16_t preference = 0;
  std::string
      name;  ///< lower case, no trailing dot; bytes that no host name has are \DDD (RFC 1035 section 5.1)
  auto operator<=>(const MxHost&) const = default;
};

/// The mail hosts of a domain. Absent: the domain itself is its only mail host (RFC 5321 section 5.1).
struct MxAnswer {
  Trust trust = Trust::failed;
  std::vector<MxHost> hosts;  ///< by preference, then by name; empty also under null_mx
  bool null_mx = false;       ///< "MX 0 .": the domain takes no mail (RFC 7505)
  std::string text;           ///< for bogus and failed: why, printable
};

/// No set that anybody serves has more; one that does is an attack, and an answer of which a part is left out
/// would be worse than none. (libunbound validates a set whose canonical form fits into 64 KiB, about 850
/// records of 3 1 1, and calls a larger one bogus.)
constexpr std::size_t most_records = 1000;

/// Judges an answer to a TLSA question asked at `owner`. More than most_records: failed.
TlsaAnswer judge_tlsa(const RawAnswer& raw, std::string_view owner);

/// Judges an answer to an MX question. A record that is no MX record makes the whole answer failed.
MxAnswer judge_mx(const RawAnswer& raw);

/// A name in wire form (no compression) at the start of `bytes`, as text: lower case, no trailing dot, "" for
/// the root, bytes that no host name has as \DDD. Nothing when it is cut off, too long or compressed. RFC
/// 1035 section 3.1.
std::optional<std::string> name_from_wire(std::string_view bytes);

}  // namespace tlsward::dns

#endif
