#include "cert/judgement.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "cert/names.h"

namespace tlsward::cert {

void Judgement::add(Check check, const Certificate& about, std::string text, std::string hint) {
  const auto& known = material_.certificates;
  const auto position =
      static_cast<std::size_t>(std::find(known.begin(), known.end(), about) - known.begin());
  const auto& places = material_.certificate_places;
  add_at(position < places.size() ? &places[position] : nullptr, check, std::move(text), std::move(hint));
}

void Judgement::add_about_key(Check check, std::size_t key, std::string text, std::string hint) {
  const auto& places = material_.key_places;
  add_at(key < places.size() ? &places[key] : nullptr, check, std::move(text), std::move(hint));
}

void Judgement::add(Check check, std::string text, std::string hint) {
  add_at(nullptr, check, std::move(text), std::move(hint));
}

void Judgement::add_at(const Place* place, Check check, std::string text, std::string hint) {
  // Two identities with one intermediate would tell all of it twice.
  const std::string_view name = info_of(check).name;
  const bool is_told = std::any_of(findings_.begin(), findings_.end(), [&](const base::Finding& finding) {
    return finding.check == name && finding.text == text;
  });
  if (is_told) return;
  base::Finding finding = base::make_finding(info_of(check), place == nullptr ? std::string() : place->file,
                                             std::move(text), std::move(hint));
  if (place != nullptr) finding.line = place->line;
  findings_.push_back(std::move(finding));
}

bool Judgement::has(Check check) const {
  return std::any_of(findings_.begin(), findings_.end(),
                     [&](const base::Finding& finding) { return finding.check == info_of(check).name; });
}

std::string name_of(const Certificate& certificate) {
  constexpr std::size_t longest = 200;
  const std::string subject = certificate.subject();
  if (!subject.empty()) return base::printable(subject, longest);
  if (!certificate.dns_names().empty() || !certificate.ip_addresses().empty())
    return names_text(certificate, 2);
  return fmt::format("with serial number {}", certificate.serial().substr(0, longest));
}

}  // namespace tlsward::cert
