#include "base/tlsa_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace tlsward::base {
namespace {

constexpr std::size_t numbers = 3;  // usage, selector, matching type
constexpr std::size_t longest_rdata = 0xFFFF;
constexpr std::size_t longest_name = 253;  // as text without the last dot: 255 on the wire (RFC 1035 3.1)
constexpr std::size_t longest_label = 63;

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= longest_label &&
         std::all_of(label.begin(), label.end(), [](char c) {
           return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' || c == '_';
         });
}

}  // namespace

Result<TlsaRecord> parse_tlsa_rdata(std::string_view rdata) {
  if (rdata.size() <= numbers)
    return Error{
        Errc::parse, fmt::format("a TLSA record of {} bytes is too short to be one", rdata.size()), {}};
  if (rdata.size() > longest_rdata)
    return Error{
        Errc::range, fmt::format("a TLSA record of {} bytes is longer than DNS can carry", rdata.size()), {}};
  return TlsaRecord{static_cast<std::uint8_t>(rdata[0]), static_cast<std::uint8_t>(rdata[1]),
                    static_cast<std::uint8_t>(rdata[2]), std::string(rdata.substr(numbers))};
}

std::string tlsa_rdata(const TlsaRecord& record) {
  std::string out{static_cast<char>(record.usage), static_cast<char>(record.selector),
                  static_cast<char>(record.matching)};
  return out += record.data;
}

std::string to_string(const TlsaRecord& record) {
  std::string out = fmt::format("{} {} {} ", record.usage, record.selector, record.matching);
  out.reserve(out.size() + 2 * record.data.size());
  for (const char byte : record.data)
    fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(byte));
  return out;
}

bool is_usable_for_smtp(const TlsaRecord& record) {
  if ((record.usage != 2 && record.usage != 3) || record.selector > 1) return false;
  switch (record.matching) {
    case 0: return !record.data.empty();
    case 1: return record.data.size() == 32;
    case 2: return record.data.size() == 64;
    default: return false;
  }
}

bool is_dns_host_name(std::string_view text) {
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  if (text.empty() || text.size() > longest_name) return false;
  std::string_view last;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t dot = std::min(text.find('.', start), text.size());
    last = text.substr(start, dot - start);
    if (!is_label(last)) return false;
    start = dot + 1;
  }
  // No top-level domain is a number, and what ends in one is an address or a slip (RFC 3696 section 2).
  return !std::all_of(last.begin(), last.end(), is_digit);
}

Result<std::string> tlsa_owner(std::string_view host, std::uint16_t port) {
  if (!is_dns_host_name(host))
    return Error{Errc::range,
                 fmt::format("\"{}\" is no host name, so no TLSA record can stand there", printable(host)),
                 {}};
  if (port == 0) return Error{Errc::range, "port 0 serves nothing, so no TLSA record can stand there", {}};
  if (host.back() == '.') host.remove_suffix(1);
  std::string owner = fmt::format("_{}._tcp.{}", port, to_lower(host));
  if (owner.size() > longest_name)
    return Error{
        Errc::range, fmt::format("\"{}\" is too long a name for a TLSA record", printable(host)), {}};
  return owner += '.';
}

}  // namespace tlsward::base
