#include "policy/access_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace tlsward::policy {

using net::PrefixTable;

std::uint32_t AccessListBuilder::add_entry(const Place& place, TermsPool::Id terms, Subject subject,
                                           std::uint8_t bits) {
  list_->entries_.push_back(
      Entry{terms, place.line, PrefixTable::none, static_cast<std::uint16_t>(place.file), bits, subject});
  return static_cast<std::uint32_t>(list_->entries_.size() - 1);
}

void AccessListBuilder::take(const ParsedRule& rule) {
  switch (rule.subject) {
    case Subject::prefix:
      for (const net::Prefix& prefix : rule.prefixes) {
        table_.add(prefix, add_entry(rule.place, rule.terms, Subject::prefix, prefix.bits));
        if (prefix.bits == 0) check_default(rule);
      }
      return;
    case Subject::everything: check_default(rule); return take_single(rule, list_->default_);
    case Subject::local: return take_single(rule, list_->local_);
    case Subject::unknown: return take_single(rule, list_->unknown_);
    case Subject::sender:
    case Subject::listener: return take_named(rule);
  }
}

void AccessListBuilder::take_single(const ParsedRule& rule, std::uint32_t& slot) {
  if (slot != PrefixTable::none) {
    const Entry& first = list_->entries_[slot];
    doubled_.push_back(Doubled{place_of(first), first.terms, rule.place, rule.terms});
    return;
  }
  slot = add_entry(rule.place, rule.terms, rule.subject, 0);
}

void AccessListBuilder::take_named(const ParsedRule& rule) {
  named_.push_back(Named{Rule{pool_.all()[rule.terms], nullptr, rule.place.line, rule.subject, 0}, rule.place,
                         rule.name, rule.subdomains, rule.subject == Subject::sender});
}

void AccessListBuilder::check_default(const ParsedRule& rule) {
  const Terms& terms = pool_[rule.terms];
  if (terms.report) return;  // asks nobody for anything
  if (terms.mode == Mode::required && !options_.allow_default_required) {
    log_.add(Check::default_required, rule.place,
             "required for everybody: a public mail server must not require TLS (RFC 3207 section 4)",
             "write default available and name the networks that must use TLS; for a private server set "
             "allow-default-required = yes; "
             "default required report only counts");
  }
  if (terms.mode == Mode::deny && !options_.allow_default_deny) {
    log_.add(Check::default_deny, rule.place,
             "deny for everybody: mail would come from the listed networks only",
             "write default available; if that is what this server is for, set allow-default-deny = yes");
  }
}

std::string AccessListBuilder::name_of(const Place& place, std::uint32_t from) const {
  if (place.file == from) return fmt::format("line {}", place.line);
  return fmt::format("line {} of {}", place.line, base::printable((*files_)[place.file].name));
}

void AccessListBuilder::tell_double(const Place& first, const Terms& first_terms, const Place& second,
                                    const Terms& second_terms) {
  if (first_terms.decides_like(second_terms)) {
    log_.add(Check::duplicate, second,
             fmt::format("the same rule stands in {} already", name_of(first, second.file)),
             "leave one of them out");
    return;
  }
  log_.add(Check::conflict, second,
           fmt::format("the same network has another rule in {}", name_of(first, second.file)),
           fmt::format("decide which holds and remove {} or {}", name_of(first, second.file),
                       name_of(second, second.file)));
}

void AccessListBuilder::add_built_in() {
  Terms exempt;
  exempt.mode = Mode::exempt;
  list_->terms_.push_back(std::make_shared<const Terms>(exempt));
  built_in_terms_ = static_cast<TermsPool::Id>(list_->terms_.size() - 1);
  // Behind all rules of the list: of two for one network the first stays, and that is the list's.
  for (const net::Prefix& prefix :
       {net::Prefix{net::Address::v4(0x7F000000), 8}, net::Prefix{net::Address::v6(0, 1), 128}}) {
    table_.add(prefix, add_entry(Place{}, built_in_terms_, Subject::prefix, prefix.bits));
  }
  const std::uint32_t local = add_entry(Place{}, built_in_terms_, Subject::local, 0);
  if (list_->local_ == PrefixTable::none) {
    list_->local_ = local;
  } else {
    list_->entries_[list_->local_].parent = local;
  }
}

void AccessListBuilder::on_double(std::uint32_t kept, std::uint32_t dropped) {
  const Entry& first = list_->entries_[kept];
  const Entry& second = list_->entries_[dropped];
  if (second.line == 0) {
    // A rule of the list in place of a built-in one: where it steps back, the built-in one is what it steps
    // back for.
    list_->entries_[kept].parent = dropped;
    return;
  }
  tell_double(place_of(first), terms_of(first), place_of(second), terms_of(second));
}

void AccessListBuilder::on_enclosed(std::uint32_t value, std::uint32_t parent) {
  Entry& entry = list_->entries_[value];
  if (entry.parent == PrefixTable::none) entry.parent = parent;
  if (entry.line == 0) return;
  const std::uint32_t around = entry.parent != PrefixTable::none ? entry.parent : list_->default_;
  const Terms& terms = terms_of(entry);
  if (terms.report) {
    std::uint32_t at = around;
    while (at != PrefixTable::none && terms_of(list_->entries_[at]).is_conditional()) {
      const Entry& step = list_->entries_[at];
      at = step.parent != PrefixTable::none || step.subject == Subject::everything ? step.parent
                                                                                   : list_->default_;
    }
    if (at != PrefixTable::none && terms_of(list_->entries_[at]).can_refuse()) {
      log_.add(Check::report_inside_enforced, place_of(entry),
               fmt::format("this rule only reports, and the one in {} around it goes on refusing",
                           name_of(place_of(list_->entries_[at]), entry.file)),
               "to spare this network now, write available with until= in its place");
    }
    return;
  }
  const bool says_nothing_new = around != PrefixTable::none
                                    ? list_->entries_[around].terms == entry.terms
                                    : terms.mode == Mode::available && !terms.is_conditional();
  if (says_nothing_new && entry.line != last_redundant_line_) {
    last_redundant_line_ = entry.line;
    // A large list has ten thousands of these: no sentences are made that nobody will read.
    if (!log_.tells(Check::redundant)) return log_.add(Check::redundant, place_of(entry), {}, {});
    const std::string where = around == PrefixTable::none ? "no rule at all"
                              : list_->entries_[around].line == 0
                                  ? "a built-in rule"
                                  : name_of(place_of(list_->entries_[around]), entry.file) + " around it";
    log_.add(Check::redundant, place_of(entry), fmt::format("says what {} says already", where),
             "it may stay; without it the list decides the same");
  }
}

std::shared_ptr<const AccessList> AccessListBuilder::build(const std::vector<ListFile>& files,
                                                           std::size_t rules) {
  files_ = &files;
  list_->terms_ = pool_.all();
  list_->files_.reserve(files.size());
  for (const ListFile& file : files) list_->files_.push_back(file.relative);
  list_->rule_count_ = rules;
  add_built_in();
  table_.sort();
  table_.drop_doubles(
      [this](const auto& kept, const auto& dropped) { on_double(kept.value, dropped.value); });
  list_->table_ = PrefixTable(
      std::move(table_),
      [this](std::uint32_t value, unsigned /*bits*/, std::uint32_t parent) { on_enclosed(value, parent); });
  for (const Doubled& d : doubled_)
    tell_double(d.first, pool_[d.first_terms], d.second, pool_[d.second_terms]);
  const auto file_place = [&](const Rule& rule) {
    const auto at = std::find(list_->files_.begin(), list_->files_.end(), rule.file);
    return Place{static_cast<std::uint32_t>(at - list_->files_.begin()), rule.line, 0};
  };
  for (Named& named : named_) {
    named.rule.file = list_->files_[named.place.file];
    const Rule* existing = nullptr;
    if (named.is_sender) {
      existing = senders_->add(named.name, named.subdomains, named.rule).existing;
    } else if (const auto [it, is_new] = list_->listeners_.try_emplace(named.name, named.rule); !is_new) {
      existing = &it->second;
    }
    if (existing != nullptr)
      tell_double(file_place(*existing), *existing->terms, named.place, *named.rule.terms);
  }
  if (!senders_->empty()) list_->senders_ = senders_;
  list_->entries_.shrink_to_fit();
  return std::move(list_);
}

}  // namespace tlsward::policy
