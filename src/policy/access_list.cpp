#include "policy/access_list.h"

namespace tlsward::policy {

using net::PrefixTable;

Rule AccessList::rule_of(const Entry& entry) const {
  return Rule{terms_[entry.terms], entry.line == 0 ? nullptr : files_[entry.file], entry.line, entry.subject,
              entry.bits};
}

std::uint32_t AccessList::entry_for(const Client& client) const {
  switch (client.kind) {
    case Client::Kind::local: return local_;
    case Client::Kind::unknown: return unknown_ != PrefixTable::none ? unknown_ : default_;
    case Client::Kind::address: break;
  }
  const std::uint32_t found = table_.find(client.address);
  return found != PrefixTable::none ? found : default_;
}

void AccessList::collect(const Client& client, std::string_view listener, RuleSet& out) const {
  out.networks.clear();
  out.listener.reset();
  out.senders = senders_;
  if (!listeners_.empty()) {
    if (const auto it = listeners_.find(std::string(listener)); it != listeners_.end())
      out.listener = it->second;
  }
  std::uint32_t at = entry_for(client);
  while (at != PrefixTable::none) {
    const Entry& entry = entries_[at];
    out.networks.push_back(rule_of(entry));
    if (!out.networks.back().terms->is_conditional()) return;
    // `default` stands around every network and around `unknown`, never around `local`.
    if (entry.subject == Subject::everything) return;
    at = entry.parent != PrefixTable::none || entry.subject == Subject::local ? entry.parent : default_;
  }
}

std::size_t AccessList::bytes() const {
  std::size_t total = sizeof *this + table_.bytes() + entries_.capacity() * sizeof(Entry);
  for (const auto& terms : terms_)
    total += sizeof(std::shared_ptr<const Terms>) + sizeof(Terms) + 16 + terms->owner.capacity() +
             terms->note.capacity();
  for (const auto& [name, rule] : listeners_)
    total += sizeof(std::string) + name.capacity() + sizeof(Rule) + 2 * sizeof(void*);
  return total + (senders_ ? senders_->bytes() : 0);
}

}  // namespace tlsward::policy
