#include "cli/batch_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "base/text.h"
#include "cli/explain.h"
#include "cli/plain_v4.h"

namespace tlsward::cli {
namespace {

using policy::Client;

/// A cache is emptied when it has so many members: a hostile input must not make it grow without end.
constexpr std::size_t max_cached = 4096;

/// The most that an address, a slash and a length take, and the most that a number takes.
constexpr std::size_t max_network_text = 64;
constexpr std::size_t max_number_text = 20;

/// Takes the first word off a line.
std::string_view next_word(std::string_view& line) {
  std::size_t begin = 0;
  while (begin < line.size() && base::is_blank(line[begin])) ++begin;
  std::size_t end = begin;
  while (end < line.size() && !base::is_blank(line[end])) ++end;
  const std::string_view word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

char* put(char* to, std::string_view text) {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

char* put_number(char* to, std::uint32_t number) {
  const fmt::format_int digits(number);
  return put(to, {digits.data(), digits.size()});
}

}  // namespace

std::size_t BatchAnswers::Key::hash() const {
  return (std::hash<const void*>()(terms) >> 4U) * 0x9E3779B1U + std::size_t{tls} * 0x85EBCA6BU +
         static_cast<std::size_t>(subject) * 31 + static_cast<std::size_t>(kind) * 7;
}

bool BatchAnswers::answer(std::string_view line, std::uint64_t number) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() > max_batch_line)
    return fail(number, fmt::format("the line is longer than {} bytes", max_batch_line));
  while (!line.empty() && base::is_blank(line.front())) line.remove_prefix(1);
  if (line.empty() || line.front() == '#') return true;
  if (!read_client(line) || !read_tls(line)) return fail(number, wrong_);
  list_.collect(session_.client, session_.listener, rules_);
  if (is_repeatable()) {
    answer_from_cache();
  } else {
    session_.tls = tls_->tls;
    scratch_.clear();
    append_explanation_json(scratch_, session_, policy::decide(rules_, session_, settings_, at_));
    append(scratch_);
  }
  return true;
}

bool BatchAnswers::fail(std::uint64_t number, std::string_view text) {
  scratch_ = fmt::format("{{\"line\":{},\"error\":", number);
  base::append_json_string(scratch_, text);
  scratch_ += '}';
  append(scratch_);
  return false;
}

void BatchAnswers::append(std::string_view answer) {
  char* const to = put(room_for(answer.size() + 1), answer);
  *to = '\n';
  used_ += answer.size() + 1;
}

/// Where the next `size` bytes go. The block is filled with zeros only when it grows.
char* BatchAnswers::room_for(std::size_t size) {
  if (block_.size() - used_ < size) block_.resize(std::max(2 * block_.size(), used_ + size));
  return block_.data() + used_;
}

/// Takes the client off the line; false (and wrong_) where there is none.
bool BatchAnswers::read_client(std::string_view& line) {
  std::uint32_t v4 = 0;
  if (const std::size_t length = plain_v4(line, v4); length != 0) {
    session_.client = Client::at(net::Address::v4(v4));
    plain_client_ = line.substr(0, length);
    line.remove_prefix(length);
    return true;
  }
  const std::string_view word = next_word(line);
  const auto client = Client::parse(word);
  if (!client) {
    wrong_ = fmt::format("\"{}\" is no IP address, nor local or unknown", base::printable(word, 60));
    return false;
  }
  session_.client = *client;
  plain_client_ = {};
  return true;
}

/// Finds the TLS state that `words`, the rest of the line, describes; false (and wrong_) where they describe
/// none.
bool BatchAnswers::read_tls(std::string_view words) {
  // Any function of the words would do; this one tells versions and bits apart.
  const std::size_t last = words.empty() ? 0 : words.size() - 1;
  const unsigned mixed = words.empty()
                             ? 0
                             : static_cast<unsigned char>(words[last]) * 3U +
                                   static_cast<unsigned char>(words[std::min<std::size_t>(last, 7)]);
  Recent& recent = recent_[(mixed + words.size()) % recent_.size()];
  if (recent.state != nullptr && recent.words == words) {
    tls_ = recent.state;
    return true;
  }
  const std::string_view text = base::trim(words);
  auto known = tls_states_.find(text);
  if (known == tls_states_.end()) {
    auto tls = parse_state(text);
    if (!tls) {
      wrong_ = tls.error().text;
      return false;
    }
    if (tls_states_.size() >= max_cached) forget();
    const auto id = static_cast<std::uint32_t>(tls_states_.size());
    known = tls_states_.emplace(text, TlsState{*std::move(tls), id}).first;
  }
  tls_ = &known->second;
  recent = Recent{std::string(words), tls_};
  return true;
}

base::Result<policy::Tls> BatchAnswers::parse_state(std::string_view words) const {
  std::string_view version = next_word(words);
  std::string_view bits = next_word(words);
  std::string_view more = next_word(words);
  if (version.starts_with('#')) version = bits = more = {};
  if (bits.starts_with('#')) bits = more = {};
  if (!more.empty() && !more.starts_with('#'))
    return base::Error{base::Errc::parse, "more than ADDRESS [TLS [BITS]]", {}};
  auto tls = parse_tls(version.empty() ? "none" : version, bits);
  if (!tls) return tls;
  tls->verified = given_.verified;
  tls->subject = given_.subject;
  tls->issuer = given_.issuer;
  return tls;
}

/// Empties the caches: numbers of TLS states are about to be used again.
void BatchAnswers::forget() {
  recent_.fill({});
  tls_states_.clear();
  slots_.fill({});
  cache_.clear();
}

/// Whether nothing but the rule's terms and the TLS state decides: no sender or listener rule, no rule that
/// time or `report` makes step back.
bool BatchAnswers::is_repeatable() const {
  if (rules_.listener || rules_.senders || rules_.networks.size() > 1) return false;
  return rules_.networks.empty() || !rules_.networks.front().terms->is_conditional();
}

void BatchAnswers::answer_from_cache() {
  const policy::Rule* const rule = rules_.networks.empty() ? nullptr : &rules_.networks.front();
  const Cached& cached = cached_for(rule);
  const std::string_view client = client_text();
  const bool has_place = rule != nullptr && !rule->is_built_in();
  const std::string_view file = has_place ? std::string_view(file_text(rule->file)) : std::string_view();

  constexpr std::string_view opening = "{\"client\":\"";
  constexpr std::string_view middle = "\",\"network\":\"";
  char* const start = room_for(opening.size() + 2 * client.size() + middle.size() + max_network_text +
                               cached.before_rule.size() + file.size() + max_number_text +
                               cached.after_rule.size() + cached.after_client.size() + 1);
  char* to = put(put(put(start, opening), client), middle);
  if (rule != nullptr && rule->subject == policy::Subject::prefix) {
    const net::Address& address = session_.client.address;
    if (address.family == net::Family::v4) {
      const std::uint64_t mask = ~std::uint64_t{0} << (32U - rule->bits);
      to = put_v4(to, static_cast<std::uint32_t>(address.low & mask));
    } else {
      network_scratch_.clear();
      net::append_address(network_scratch_, address.masked(rule->bits));
      to = put(to, network_scratch_);
    }
    *to++ = '/';
    to = put_number(to, rule->bits);
  }
  to = put(to, cached.before_rule);
  if (has_place) to = put_number(put(to, file), rule->line);
  to = put(to, cached.after_rule);
  if (!cached.after_client.empty()) to = put(put(to, client), cached.after_client);
  *to++ = '\n';
  used_ += static_cast<std::size_t>(to - start);
}

const BatchAnswers::Cached& BatchAnswers::cached_for(const policy::Rule* rule) {
  const Key key = rule == nullptr ? Key{nullptr, tls_->id, policy::Subject::everything, session_.client.kind}
                                  : Key{rule->terms.get(), tls_->id, rule->subject, session_.client.kind};
  Slot& slot = slots_[key.hash() % slots_.size()];
  if (slot.cached != nullptr && slot.key == key) return *slot.cached;
  auto it = cache_.find(key);
  if (it == cache_.end()) {
    if (cache_.size() >= max_cached) {
      slots_.fill({});
      cache_.clear();
    }
    it = cache_.emplace(key, make_cached(rule)).first;
  }
  slot = Slot{key, &it->second};
  return it->second;
}

/// Cuts a whole answer at the places that differ from line to line.
BatchAnswers::Cached BatchAnswers::make_cached(const policy::Rule* rule) {
  session_.tls = tls_->tls;
  std::string whole;
  const policy::Decision decision = policy::decide(rules_, session_, settings_, at_);
  append_explanation_json(whole, session_, decision);
  const std::string network = policy::network_name(decision, session_);
  const std::size_t network_at = whole.find("\"network\":\"") + std::strlen("\"network\":\"");
  const std::size_t mode_at =
      network_at + (rule != nullptr && rule->subject == policy::Subject::prefix ? network.size() : 0);
  if (rule == nullptr || rule->is_built_in()) return Cached{whole.substr(mode_at), {}, {}};
  const std::size_t place_at = whole.find("\"rule\":\"", mode_at) + std::strlen("\"rule\":");
  const std::size_t after_at = whole.find("\",\"decision\":\"", place_at);
  Cached cached{whole.substr(mode_at, place_at - mode_at), whole.substr(after_at), {}};
  if (decision.reason == policy::Reason::denied) cut_at_client(cached);
  return cached;
}

/// The reply to `deny` names the client, within brackets.
void BatchAnswers::cut_at_client(Cached& cached) const {
  const std::string client = fmt::format("[{}]", policy::to_string(session_.client));
  const std::size_t at = cached.after_rule.find(client);
  if (at == std::string::npos) return;
  cached.after_client = cached.after_rule.substr(at + client.size() - 1);
  cached.after_rule.resize(at + 1);
}

const std::string& BatchAnswers::file_text(const std::shared_ptr<const std::string>& file) {
  if (file.get() != file_) {
    file_ = file.get();
    file_text_.clear();
    base::append_json_string(file_text_, *file);
    file_text_.back() = ':';
  }
  return file_text_;
}

std::string_view BatchAnswers::client_text() {
  if (!plain_client_.empty()) return plain_client_;
  client_scratch_.clear();
  if (session_.client.kind == Client::Kind::address) {
    net::append_address(client_scratch_, session_.client.address);
  } else {
    client_scratch_ = policy::to_string(session_.client);
  }
  return client_scratch_;
}

base::Result<policy::Tls> parse_tls(std::string_view version, std::string_view bits) {
  policy::Tls tls;
  if (!bits.empty()) {
    const auto number = base::parse_decimal(bits, 65535);
    if (!number)
      return base::Error{
          base::Errc::parse, fmt::format("\"{}\" is no number of bits", base::printable(bits, 40)), {}};
    tls.bits = static_cast<std::uint32_t>(*number);
  }
  if (version == "none") return policy::Tls{};
  tls.encrypted = true;
  tls.version_name = version;
  tls.version = policy::TlsVersion::parse(version);
  if (!tls.version) {
    return base::Error{
        base::Errc::parse,
        fmt::format("\"{}\" is no TLS version: write one, as TLSv1.2, or none", base::printable(version, 40)),
        {}};
  }
  return tls;
}

}  // namespace tlsward::cli
