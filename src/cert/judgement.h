// Owns the findings about certificates while they are made: each once, with the place of what it is about.
#ifndef TLSWARD_CERT_JUDGEMENT_H
#define TLSWARD_CERT_JUDGEMENT_H

#include <string>

#include "base/finding.h"
#include "cert/certificate.h"
#include "cert/checks.h"
#include "cert/intake.h"

namespace tlsward::cert {

class Judgement {
 public:
  /// Starts with the findings of the intake; `material` must outlive it.
  explicit Judgement(const Material& material) : material_(material), findings_(material.findings) {}

  /// Says something of a certificate, with file and line where it came from one.
  void add(Check check, const Certificate& about, std::string text, std::string hint);
  /// Says something of a key, by its number in the material.
  void add_about_key(Check check, std::size_t key, std::string text, std::string hint);
  /// Says something of all.
  void add(Check check, std::string text, std::string hint);

  [[nodiscard]] bool has(Check check) const;
  [[nodiscard]] const base::Findings& findings() const { return findings_; }
  base::Findings take() { return std::move(findings_); }

 private:
  void add_at(const Place* place, Check check, std::string text, std::string hint);
  const Material& material_;
  base::Findings findings_;
};

/// A certificate in a sentence: its subject, printable, or its names, or its serial number.
std::string name_of(const Certificate& certificate);

}  // namespace tlsward::cert

#endif
