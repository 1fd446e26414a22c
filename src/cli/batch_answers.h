// Owns the answering of one line of `access explain --batch`: what repeats is made once.
#ifndef TLSWARD_CLI_BATCH_ANSWERS_H
#define TLSWARD_CLI_BATCH_ANSWERS_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "policy/access_list.h"
#include "policy/decision.h"

namespace tlsward::cli {

/// The longest line that is answered, in bytes.
constexpr std::size_t max_batch_line = 4096;

/// Answers lines on one list. A TLS state is made once from its words, and all of an answer that does not
/// depend on the client's address once for the terms of the deciding rule and the TLS state. One thread.
class BatchAnswers {
 public:
  /// `session` is what holds for every line; its client and the version and bits of its TLS come from the
  /// line. Answers are appended to `out`. All references live as long as this does.
  BatchAnswers(const policy::AccessList& list, const policy::Session& session,
               const policy::Settings& settings, policy::Seconds at)
      : list_(list), settings_(settings), at_(at), session_(session), given_(session.tls) {}

  /// Answers a line (without its end; `number` from 1) by an object and a line feed, or nothing for a
  /// comment. 16 bytes from the start of `line` are readable, however short it is. False for a line that
  /// cannot be read: the answer says why.
  bool answer(std::string_view line, std::uint64_t number);

  /// The answers since they were cleared last. Good until the next one.
  [[nodiscard]] std::string_view text() const { return {block_.data(), used_}; }
  void clear() { used_ = 0; }

 private:
  struct TlsState {
    policy::Tls tls;
    std::uint32_t id;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  /// The last TLS states by their words as they stood on the line, blanks and all.
  struct Recent {
    std::string words;
    const TlsState* state = nullptr;
  };

  /// All of an answer but the client, the network (where it is a prefix), the place of the rule, and the
  /// client's address in a reply.
  struct Cached {
    std::string
        before_rule;  ///< from the mode (or, where it is no prefix, the network) up to the rule's place
    std::string after_rule;    ///< up to the client in the reply, or the end
    std::string after_client;  ///< where the reply names the client; else empty
  };
  struct Key {
    const policy::Terms* terms = nullptr;  ///< null: no rule
    std::uint32_t tls = 0;
    policy::Subject subject = policy::Subject::everything;
    policy::Client::Kind kind = policy::Client::Kind::address;
    bool operator==(const Key&) const = default;
    [[nodiscard]] std::size_t hash() const;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const { return key.hash(); }
  };
  struct Slot {
    Key key;
    const Cached* cached = nullptr;
  };

  bool fail(std::uint64_t number, std::string_view text);
  void append(std::string_view answer);
  char* room_for(std::size_t size);
  bool read_client(std::string_view& line);
  bool read_tls(std::string_view words);
  [[nodiscard]] base::Result<policy::Tls> parse_state(std::string_view words) const;
  void forget();
  [[nodiscard]] bool is_repeatable() const;
  void answer_from_cache();
  const Cached& cached_for(const policy::Rule* rule);
  [[nodiscard]] Cached make_cached(const policy::Rule* rule);
  void cut_at_client(Cached& cached) const;
  const std::string& file_text(const std::shared_ptr<const std::string>& file);
  std::string_view client_text();

  const policy::AccessList& list_;
  const policy::Settings& settings_;
  policy::Seconds at_;
  policy::Session session_;  ///< its `tls` is set only where it is needed
  policy::Tls given_;
  policy::RuleSet rules_;

  std::string_view
      plain_client_;      ///< the line's own text where it is the address as we would write it; else empty
  std::string block_;     ///< the answers, and room behind them
  std::size_t used_ = 0;  ///< the bytes of block_ that are answers
  std::string scratch_;
  std::string client_scratch_;
  std::string network_scratch_;

  const TlsState* tls_ = nullptr;
  std::array<Recent, 32> recent_;
  std::string wrong_;  ///< what is wrong with the line
  std::unordered_map<std::string, TlsState, TextHash, std::equal_to<>> tls_states_;

  std::array<Slot, 256> slots_;  ///< the way into cache_ without hashing
  std::unordered_map<Key, Cached, KeyHash> cache_;
  const std::string* file_ = nullptr;
  std::string file_text_;  ///< the file's name as the beginning of a JSON string that a line number follows
};

/// The TLS state that two words describe: a version or "none"; bits in decimal, or empty for "not readable".
/// Errors: parse, with a sentence for the user.
base::Result<policy::Tls> parse_tls(std::string_view version, std::string_view bits);

}  // namespace tlsward::cli

#endif
