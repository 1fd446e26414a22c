// The fuzz target of the list parser: whatever the bytes are, loading ends, says what is wrong, and a list
// that was taken answers.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "policy/access_load.h"
#include "policy/decision.h"

namespace {

using namespace tlsward;

/// The input is the list; what it includes is itself (a loop), one small file, or missing.
class FuzzSource final : public policy::ListSource {
 public:
  explicit FuzzSource(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] base::Result<std::string> read(const std::string& path) const override {
    if (path == "access") return text_;
    if (path.ends_with("more")) return std::string("192.0.2.1 required\n");
    return base::Error{base::Errc::missing, "cannot open", path};
  }
  [[nodiscard]] base::Result<std::vector<std::string>> matching(
      const std::string& /*pattern*/) const override {
    return std::vector<std::string>{"more", "access"};
  }
  [[nodiscard]] std::string identity(const std::string& path) const override { return path; }

 private:
  std::string text_;
};

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const FuzzSource source(std::string(reinterpret_cast<const char*>(data), size));
  const auto loaded = policy::load_access_list(source, "access", {});
  check((loaded.list == nullptr) == base::has_at_least(loaded.findings, base::Severity::error));
  for (const base::Finding& finding : loaded.findings) {
    check(!finding.check.empty() && !finding.text.empty());
    check(finding.caret <= finding.excerpt.size() + 1);
    for (const std::string* text : {&finding.text, &finding.excerpt, &finding.hint}) {
      check(base::first_bad_utf8(*text) == std::string::npos &&
            text->find_first_of("\n\r\x1B") == std::string::npos);
    }
  }
  if (loaded.list == nullptr) return 0;
  policy::RuleSet rules;
  for (const char* client :
       {"192.0.2.1", "127.0.0.1", "2001:db8::1", "::1", "0.0.0.0", "255.255.255.255", "local", "unknown"}) {
    policy::Session session;
    session.client = *policy::Client::parse(client);
    session.sender_domain = "partner.example";
    loaded.list->collect(session.client, "proxy", rules);
    const auto decision = policy::decide(rules, session, {true, true, ""}, policy::Seconds{});
    check(decision.reply.has_value() == (decision.outcome != policy::Outcome::accept));
  }
  return 0;
}
