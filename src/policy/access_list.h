// Owns the access list in memory: immutable, shared by all sessions, swapped whole.
#ifndef TLSWARD_POLICY_ACCESS_LIST_H
#define TLSWARD_POLICY_ACCESS_LIST_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/prefix_table.h"
#include "policy/rule.h"
#include "policy/sender.h"
#include "policy/session.h"

namespace tlsward::policy {

/// All that one list has to say about one connection, copied out of it so that the list may go while the
/// session stays. Sender rules are held on to where there are any.
struct RuleSet {
  std::optional<Rule> listener;
  /// The longest network first, up to the first rule that neither time nor `report` makes step back. Empty:
  /// no rule.
  std::vector<Rule> networks;
  std::shared_ptr<const SenderRules> senders;  ///< null: none
};

/// The list. Look-ups may come from any number of threads.
class AccessList {
 public:
  AccessList() = default;

  /// Fills `out` (its memory is used again) for a client and a listener's name.
  void collect(const Client& client, std::string_view listener, RuleSet& out) const;

  /// The number of rules written in the list; built-in ones are not counted.
  [[nodiscard]] std::size_t rule_count() const { return rule_count_; }
  /// What the list takes in memory, the texts of owners and notes included.
  [[nodiscard]] std::size_t bytes() const;

 private:
  friend class AccessListBuilder;

  /// 16 bytes a rule: the network's address is not kept, for the client's own address has it.
  struct Entry {
    std::uint32_t terms;
    std::uint32_t line;  ///< 0: built-in
    std::uint32_t
        parent;  ///< the entry that decides where this one steps back, `default` apart, or PrefixTable::none
    std::uint16_t file;
    std::uint8_t bits;
    Subject subject;
  };

  [[nodiscard]] Rule rule_of(const Entry& entry) const;
  [[nodiscard]] std::uint32_t entry_for(const Client& client) const;

  net::PrefixTable table_;
  std::vector<Entry> entries_;
  std::vector<std::shared_ptr<const Terms>> terms_;
  std::vector<std::shared_ptr<const std::string>> files_;
  std::uint32_t default_ = net::PrefixTable::none;
  std::uint32_t local_ = net::PrefixTable::none;
  std::uint32_t unknown_ = net::PrefixTable::none;
  std::unordered_map<std::string, Rule> listeners_;
  std::shared_ptr<const SenderRules> senders_;
  std::size_t rule_count_ = 0;
};

}  // namespace tlsward::policy

#endif
