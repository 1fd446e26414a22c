// Owns the making of an AccessList out of rules, and the checks that need the whole of it.
#ifndef TLSWARD_POLICY_ACCESS_BUILDER_H
#define TLSWARD_POLICY_ACCESS_BUILDER_H

#include <memory>
#include <string>
#include <vector>

#include "policy/access_list.h"
#include "policy/access_load.h"
#include "policy/access_reader.h"

namespace tlsward::policy {

class AccessListBuilder final : public RuleReceiver {
 public:
  AccessListBuilder(FindingLog& log, const TermsPool& pool, const LoadOptions& options)
      : log_(log),
        pool_(pool),
        options_(options),
        list_(std::make_unique<AccessList>()),
        senders_(std::make_shared<SenderRules>()) {}

  void take(const ParsedRule& rule) override;

  /// Adds the built-in rules, joins all to a list, and tells what stands twice, in vain, or inside of what.
  /// Once.
  std::shared_ptr<const AccessList> build(const std::vector<ListFile>& files, std::size_t rules);

 private:
  using Entry = AccessList::Entry;

  std::uint32_t add_entry(const Place& place, TermsPool::Id terms, Subject subject, std::uint8_t bits);
  void take_single(const ParsedRule& rule, std::uint32_t& slot);
  void take_named(const ParsedRule& rule);
  void add_built_in();
  void tell_double(const Place& first, const Terms& first_terms, const Place& second,
                   const Terms& second_terms);
  void check_default(const ParsedRule& rule);
  void on_double(std::uint32_t kept, std::uint32_t dropped);
  void on_enclosed(std::uint32_t value, std::uint32_t parent);
  [[nodiscard]] const Terms& terms_of(const Entry& entry) const { return *list_->terms_[entry.terms]; }
  /// "line 12", or "line 12 of FILE" where that is another file than `from`.
  [[nodiscard]] std::string name_of(const Place& place, std::uint32_t from) const;
  [[nodiscard]] static Place place_of(const Entry& entry) { return {entry.file, entry.line, 0}; }

  FindingLog& log_;
  const TermsPool& pool_;
  const LoadOptions& options_;
  std::unique_ptr<AccessList> list_;
  std::shared_ptr<SenderRules> senders_;
  net::PrefixTableBuilder table_;
  struct Named {
    Rule rule;
    Place place;
    std::string name;
    bool subdomains;
    bool is_sender;
  };
  std::vector<Named> named_;
  struct Doubled {
    Place first;
    TermsPool::Id first_terms;
    Place second;
    TermsPool::Id second_terms;
  };
  std::vector<Doubled> doubled_;                  ///< of `default`, `local`, `unknown`
  const std::vector<ListFile>* files_ = nullptr;  ///< while building
  TermsPool::Id built_in_terms_ = 0;
  std::uint32_t last_redundant_line_ = 0;
};

}  // namespace tlsward::policy

#endif
