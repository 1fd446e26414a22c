#include "cli/explain_batch.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iterator>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/explain.h"

namespace tlsward::cli {
namespace {

using policy::Client;
using policy::RuleSet;
using policy::Session;

constexpr std::size_t block_bytes = std::size_t{256} << 10U;
constexpr std::size_t max_line_bytes = 4096;

/// A cache is emptied when it has so many members: a hostile input must not make it grow without end.
constexpr std::size_t max_cached = 4096;

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

/// Answers lines. What repeats is made once: a TLS state from its words, and all of an answer that does not
/// depend on the client's address, by the terms of the deciding rule and the TLS state.
class Answerer {
 public:
  Answerer(const policy::AccessList& list, const Session& session, const policy::Settings& settings,
           policy::Seconds at, std::string& out)
      : list_(list), settings_(settings), at_(at), out_(out), session_(session), given_(session.tls) {}

  /// `line` without its end; `number` from 1. Gives whether it was good.
  bool answer(std::string_view line, std::uint64_t number) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > max_line_bytes)
      return fail(number, fmt::format("the line is longer than {} bytes", max_line_bytes));
    const std::string_view address = next_word(line);
    if (address.empty() || address.front() == '#') return true;
    const auto client = Client::parse(address);
    if (!client)
      return fail(number,
                  fmt::format("\"{}\" is no IP address, nor local or unknown", base::printable(address, 60)));
    if (auto error = read_tls(line); !error.empty()) return fail(number, error);
    session_.client = *client;
    list_.collect(*client, session_.listener, rules_);
    if (is_repeatable()) {
      answer_from_cache();
    } else {
      append_explanation_json(out_, session_, policy::decide(rules_, session_, settings_, at_));
    }
    out_ += '\n';
    return true;
  }

  bool fail(std::uint64_t number, std::string_view text) {
    fmt::format_to(std::back_inserter(out_), "{{\"line\":{},\"error\":", number);
    base::append_json_string(out_, text);
    out_ += "}\n";
    return false;
  }

 private:
  /// An answer without the client, and without the network and the place of a rule for a prefix.
  struct Cached {
    std::string
        before_rule;  ///< from the mode (or, where it is no prefix, the network) up to the rule's place
    std::string after_rule;    ///< up to the client in the reply, or the end
    std::string after_client;  ///< where the reply names the client; else empty
  };
  struct Key {
    const policy::Terms* terms;
    std::uint32_t tls;
    policy::Subject subject;
    Client::Kind kind;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return std::hash<const void*>()(key.terms) ^ (std::size_t{key.tls} << 20U) ^
             (static_cast<std::size_t>(key.subject) << 8U) ^ static_cast<std::size_t>(key.kind);
    }
  };

  struct TlsState {
    policy::Tls tls;
    std::uint32_t id;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  /// Sets session_.tls by the rest of a line; gives what is wrong with it.
  std::string read_tls(std::string_view rest) {
    rest = base::trim(rest);
    if (rest == tls_text_) return {};
    auto known = tls_states_.find(rest);
    if (known == tls_states_.end()) {
      auto tls = parse_state(rest);
      if (!tls) return tls.error().text;
      if (tls_states_.size() >= max_cached) forget();
      const auto id = static_cast<std::uint32_t>(tls_states_.size());
      known = tls_states_.emplace(rest, TlsState{*std::move(tls), id}).first;
    }
    session_.tls = known->second.tls;
    tls_id_ = known->second.id;
    tls_text_ = known->first;
    return {};
  }

  [[nodiscard]] base::Result<policy::Tls> parse_state(std::string_view rest) const {
    std::string_view version = next_word(rest);
    std::string_view bits = next_word(rest);
    std::string_view more = next_word(rest);
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
  void forget() {
    tls_states_.clear();
    cache_.clear();
    last_ = nullptr;
  }

  /// Whether nothing but the rule's terms and the TLS state decides: no sender or listener rule, no rule that
  /// time or `report` makes step back, and no reply with the client's address in it.
  [[nodiscard]] bool is_repeatable() const {
    if (rules_.listener || rules_.senders || rules_.networks.size() > 1) return false;
    return rules_.networks.empty() || !rules_.networks.front().terms->is_conditional();
  }

  void answer_from_cache() {
    const policy::Rule* const rule = rules_.networks.empty() ? nullptr : &rules_.networks.front();
    const Cached& cached = cached_for(rule);
    out_ += "{\"client\":\"";
    append_client();
    out_ += "\",\"network\":\"";
    if (rule != nullptr && rule->subject == policy::Subject::prefix) {
      net::append_address(out_, session_.client.address.masked(rule->bits));
      out_ += '/';
      append_number(rule->bits);
    }
    out_ += cached.before_rule;
    if (rule != nullptr && !rule->is_built_in()) {
      out_ += file_name(rule->file);
      append_number(rule->line);
    }
    out_ += cached.after_rule;
    if (cached.after_client.empty()) return;
    append_client();
    out_ += cached.after_client;
  }

  const Cached& cached_for(const policy::Rule* rule) {
    const Key key = rule == nullptr ? Key{nullptr, tls_id_, policy::Subject::everything, session_.client.kind}
                                    : Key{rule->terms.get(), tls_id_, rule->subject, session_.client.kind};
    if (last_ != nullptr && key == last_key_) return *last_;
    if (cache_.size() >= max_cached) cache_.clear();
    auto it = cache_.find(key);
    if (it == cache_.end()) it = cache_.emplace(key, make_cached(rule)).first;
    last_key_ = key;
    last_ = &it->second;
    return *last_;
  }

  /// Cuts a whole answer at the places that differ from line to line.
  [[nodiscard]] Cached make_cached(const policy::Rule* rule) const {
    std::string whole;
    const policy::Decision decision = policy::decide(rules_, session_, settings_, at_);
    append_explanation_json(whole, session_, decision);
    std::string network = policy::network_name(decision, session_);
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
  void cut_at_client(Cached& cached) const {
    const std::string client = fmt::format("[{}]", policy::to_string(session_.client));
    const std::size_t at = cached.after_rule.find(client);
    if (at == std::string::npos) return;
    cached.after_client = cached.after_rule.substr(at + client.size() - 1);
    cached.after_rule.resize(at + 1);
  }

  /// The rule's file as the beginning of a JSON string that a line number follows.
  const std::string& file_name(const std::shared_ptr<const std::string>& file) {
    if (file.get() != file_) {
      file_ = file.get();
      file_text_.clear();
      base::append_json_string(file_text_, *file);
      file_text_.back() = ':';
    }
    return file_text_;
  }

  void append_client() {
    if (session_.client.kind == Client::Kind::address) {
      net::append_address(out_, session_.client.address);
    } else {
      out_ += policy::to_string(session_.client);
    }
  }

  void append_number(std::uint32_t number) {
    const fmt::format_int digits(number);
    out_.append(digits.data(), digits.size());
  }

  const policy::AccessList& list_;
  const policy::Settings& settings_;
  policy::Seconds at_;
  std::string& out_;
  Session session_;
  policy::Tls given_;
  RuleSet rules_;
  std::optional<std::string_view> tls_text_;  ///< of session_.tls; a key of tls_states_
  std::uint32_t tls_id_ = 0;
  std::unordered_map<std::string, TlsState, TextHash, std::equal_to<>> tls_states_;
  std::unordered_map<Key, Cached, KeyHash> cache_;
  Key last_key_{};
  const Cached* last_ = nullptr;
  const std::string* file_ = nullptr;
  std::string file_text_;
};

/// Cuts a descriptor's bytes into lines. A line of any length takes no more memory than a block.
class Lines {
 public:
  explicit Lines(int fd) : fd_(fd), block_(block_bytes, '\0') {}

  /// Gives all whole lines of the next block to `take(line, number)`, the last one also without its line
  /// feed. False at the end, or on an error (see error()).
  template <class F>
  bool next_block(F&& take) {
    if (at_end_) return false;
    const ssize_t n = ::read(fd_, block_.data() + kept_, block_.size() - kept_);
    if (n < 0 && errno == EINTR) return true;
    if (n < 0) {
      error_ = errno;
      return false;
    }
    at_end_ = n == 0;
    std::string_view text(block_.data(), kept_ + static_cast<std::size_t>(n));
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      give(text.substr(0, end), take);
      text.remove_prefix(end + 1);
    }
    if (at_end_ && (!text.empty() || in_long_line_)) give(text, take);
    if (text.size() == block_.size()) {
      // A line that fills the block is too long for anybody; its length is all that counts, so the rest is
      // let go.
      in_long_line_ = true;
      text = {};
    }
    kept_ = text.size();
    if (kept_ != 0) std::memmove(block_.data(), text.data(), kept_);
    return true;
  }

  [[nodiscard]] int error() const { return error_; }

 private:
  template <class F>
  void give(std::string_view line, F& take) {
    take(in_long_line_ ? std::string_view(long_line_) : line, ++number_);
    in_long_line_ = false;
  }

  int fd_;
  std::string block_;
  std::string long_line_ = std::string(max_line_bytes + 1, '?');
  std::size_t kept_ = 0;
  std::uint64_t number_ = 0;
  bool in_long_line_ = false;
  bool at_end_ = false;
  int error_ = 0;
};

}  // namespace

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

Exit explain_batch(const policy::AccessList& list, const Session& session, const policy::Settings& settings,
                   policy::Seconds at, int input_fd, Output& out) {
  Answerer answerer(list, session, settings, at, out.buffer());
  Lines lines(input_fd);
  bool all_good = true;
  while (lines.next_block(
      [&](std::string_view line, std::uint64_t number) { all_good &= answerer.answer(line, number); })) {
    // What was answered goes out before we wait for more: another program may be waiting for it.
    if (!out.flush()) return Exit::cannot_write;
  }
  if (lines.error() != 0) {
    out.talk(base::from_errno(lines.error(), "tlsward access explain: cannot read standard input").message());
    return Exit::no_input;
  }
  return all_good ? Exit::yes : Exit::data;
}

}  // namespace tlsward::cli
