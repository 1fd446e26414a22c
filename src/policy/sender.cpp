#include "policy/sender.h"

#include <idn2.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace tlsward::policy {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Host names in mail use letters, digits, hyphens, and in the wild underscores.
bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || base::is_digit(c) || c == '-' || c == '_';
}

bool is_domain_name(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  std::size_t label = 0;
  for (const char c : name) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
    } else if (!is_name_character(c) || ++label > 63) {
      return false;
    }
  }
  return label != 0;
}

/// U-labels to A-labels by IDNA 2008 with the mapping of UTS 46, as mail programs do; nothing where it cannot
/// be.
std::optional<std::string> to_a_labels(const std::string& text) {
  char* out = nullptr;
  const int rc = idn2_to_ascii_8z(text.c_str(), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, void (*)(void*)> owner(out, &idn2_free);
  if (rc != IDN2_OK || out == nullptr) return std::nullopt;
  return std::string(out);
}

/// Where the last @ outside of a quoted string is (RFC 5321 section 4.1.2: a quoted local part may contain
/// one).
std::size_t last_unquoted_at(std::string_view path) {
  std::size_t at = std::string_view::npos;
  bool quoted = false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '\\') {
      ++i;
    } else if (path[i] == '"') {
      quoted = !quoted;
    } else if (path[i] == '@' && !quoted) {
      at = i;
    }
  }
  return at;
}

}  // namespace

std::optional<std::string> normal_domain(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > 1024 || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::string name = base::to_lower(text);
  if (!is_ascii(name)) {
    auto converted = to_a_labels(name);
    if (!converted) return std::nullopt;
    name = base::to_lower(*converted);
  }
  if (!is_domain_name(name)) return std::nullopt;
  return name;
}

std::string sender_domain(std::string_view mail_from) {
  std::string_view path = base::trim(mail_from);
  if (path.starts_with('<')) path.remove_prefix(1);
  if (path.ends_with('>')) path.remove_suffix(1);
  // A source route "@a,@b:user@domain" is obsolete and ignored (RFC 5321 section 4.1.2, appendix C).
  if (path.starts_with('@')) {
    const std::size_t colon = path.find(':');
    if (colon != std::string_view::npos) path.remove_prefix(colon + 1);
  }
  const std::size_t at = last_unquoted_at(path);
  if (at == std::string_view::npos) return {};
  const std::string_view domain = path.substr(at + 1);
  if (domain.empty() || domain.starts_with('[')) return {};
  if (auto name = normal_domain(domain)) return *std::move(name);
  return base::to_lower(domain);
}

SenderRules::Found SenderRules::add(const std::string& domain, bool subdomains, const Rule& rule) {
  auto& table = subdomains ? below_ : exact_;
  const auto [it, is_new] = table.try_emplace(domain, rule);
  return Found{is_new ? nullptr : &it->second};
}

void SenderRules::collect(std::string_view domain, std::vector<const Rule*>& out) const {
  out.clear();
  if (domain.empty() || empty()) return;
  if (const auto it = exact_.find(std::string(domain)); it != exact_.end()) {
    out.push_back(&it->second);
    if (!it->second.terms->is_conditional()) return;
  }
  for (std::size_t dot = domain.find('.'); dot != std::string_view::npos; dot = domain.find('.', dot + 1)) {
    const auto it = below_.find(std::string(domain.substr(dot + 1)));
    if (it == below_.end()) continue;
    out.push_back(&it->second);
    if (!it->second.terms->is_conditional()) return;
  }
}

std::size_t SenderRules::bytes() const {
  std::size_t total = sizeof *this;
  for (const auto* table : {&exact_, &below_}) {
    total += table->bucket_count() * sizeof(void*);
    for (const auto& [name, rule] : *table)
      total += sizeof(void*) + sizeof(std::string) + name.capacity() + sizeof(Rule);
  }
  return total;
}

}  // namespace tlsward::policy
