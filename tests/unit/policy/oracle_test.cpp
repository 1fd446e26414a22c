// The whole way from text to decision against a second, plain implementation that tries each rule.
#include <cppunit/extensions/HelperMacros.h>
#include <fmt/format.h>

#include <random>

#include "memory_source.h"
#include "policy/access_load.h"
#include "policy/decision.h"

namespace tlsward::policy {
namespace {

/// A rule as the oracle keeps it: nothing but its parts.
struct PlainRule {
  net::Prefix prefix;
  bool is_default = false;
  Mode mode = Mode::available;
  int min_minor = -1;  ///< TLSv1.N
  int min_bits = 0;
  bool report = false;
  int from = 0;   ///< day of December 2026; 0: none
  int until = 0;  ///< likewise, its last day
  unsigned line = 0;
};

using Random = std::mt19937_64;

net::Prefix random_prefix(Random& random) {
  // Few distinct bits, so that networks nest and meet the addresses asked for.
  if ((random() & 1U) != 0) {
    const auto bits = static_cast<unsigned>(16 + random() % 17);
    return {net::Address::v4(0xC0000000U | static_cast<std::uint32_t>(random() & 0x3U) << 16U |
                             static_cast<std::uint32_t>(random() & 0x303U))
                .masked(bits),
            static_cast<std::uint8_t>(bits)};
  }
  const auto bits = static_cast<unsigned>(30 + random() % 99);
  return {net::Address::v6(0x20010DB800000000ULL | (random() & 0x3U), random() & 0x8000000000000003ULL)
              .masked(bits),
          static_cast<std::uint8_t>(bits)};
}

net::Address random_address(Random& random) {
  const net::Prefix prefix = random_prefix(random);
  net::Address address = prefix.first;
  if ((random() & 3U) == 0) address.low ^= 1;
  return address;
}

std::string text_of(const PlainRule& rule) {
  std::string out = rule.is_default ? "default" : net::to_string(rule.prefix);
  out += fmt::format(" {}", mode_name(rule.mode));
  if (rule.min_minor >= 0)
    out +=
        fmt::format(" min-protocol=TLSv1{}", rule.min_minor == 0 ? "" : fmt::format(".{}", rule.min_minor));
  if (rule.min_bits != 0) out += fmt::format(" min-bits={}", rule.min_bits);
  if (rule.report) out += " report";
  if (rule.from != 0) out += fmt::format(" from=2026-12-{:02}", rule.from);
  if (rule.until != 0) out += fmt::format(" until=2026-12-{:02}", rule.until);
  return out;
}

PlainRule random_rule(Random& random) {
  PlainRule rule;
  rule.prefix = random_prefix(random);
  constexpr Mode modes[] = {Mode::required, Mode::required, Mode::available,
                            Mode::none,     Mode::deny,     Mode::exempt};
  rule.mode = modes[random() % std::size(modes)];
  if (rule.mode == Mode::required && (random() & 1U) != 0) rule.min_minor = static_cast<int>(random() % 4);
  if (rule.mode == Mode::required && (random() & 1U) != 0) rule.min_bits = (random() & 1U) != 0 ? 128 : 256;
  rule.report = random() % 5 == 0;
  if (random() % 4 == 0) rule.from = static_cast<int>(1 + random() % 10);
  if (random() % 4 == 0) rule.until = static_cast<int>(11 + random() % 10);
  return rule;
}

struct Asked {
  net::Address address;
  int minor = -1;  ///< TLSv1.N; -1: in the clear
  int bits = 0;
  int day = 1;  ///< of December 2026, at noon
};

bool refuses(const PlainRule& rule, const Asked& asked) {
  if (rule.mode == Mode::deny) return true;
  return rule.mode == Mode::required &&
         (asked.minor < 0 || asked.minor < rule.min_minor || asked.bits < rule.min_bits);
}

/// Tries every rule. "refuse! LINE", where ! says it is carried out and LINE is 0 for no rule.
std::string oracle(const std::vector<PlainRule>& rules, const Asked& asked) {
  const PlainRule* in_force = nullptr;
  const PlainRule* would_be = nullptr;
  const auto length = [](const PlainRule* rule) {
    return rule == nullptr ? -2 : rule->is_default ? -1 : static_cast<int>(rule->prefix.bits);
  };
  for (const PlainRule& rule : rules) {
    if (!rule.is_default && !rule.prefix.contains(asked.address)) continue;
    if (rule.until != 0 && asked.day > rule.until) continue;
    if (length(&rule) > length(would_be)) would_be = &rule;
    if (rule.report || (rule.from != 0 && asked.day < rule.from)) continue;
    if (length(&rule) > length(in_force)) in_force = &rule;
  }
  if (in_force != nullptr && refuses(*in_force, asked)) return fmt::format("refuse! {}", in_force->line);
  if (would_be != nullptr && refuses(*would_be, asked)) return fmt::format("refuse {}", would_be->line);
  return fmt::format("accept! {}", in_force == nullptr ? 0 : in_force->line);
}

}  // namespace

class OracleTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(OracleTest);
  CPPUNIT_TEST(decides_as_one_who_tries_each_rule);
  CPPUNIT_TEST_SUITE_END();

 public:
  void decides_as_one_who_tries_each_rule() {
    Random random(815);
    for (int round = 0; round < 300; ++round) {
      std::string text;
      std::vector<PlainRule> rules;
      std::map<net::Prefix, bool> seen;
      const auto count = 1 + random() % 40;
      for (std::uint64_t i = 0; i < count; ++i) {
        PlainRule rule = random_rule(random);
        rule.is_default = i == 0 && (random() & 1U) != 0;
        if (!rule.is_default && !seen.emplace(rule.prefix, true).second) continue;
        rule.line = static_cast<unsigned>(rules.size() + 1);
        text += text_of(rule) + "\n";
        rules.push_back(rule);
      }
      check_list(text, rules, random);
    }
  }

 private:
  static void check_list(const std::string& text, const std::vector<PlainRule>& rules, Random& random) {
    LoadOptions options;
    options.allow_default_required = true;
    options.allow_default_deny = true;
    const LoadedList loaded = load_access_list(MemorySource({{"access", text}}), "access", options);
    CPPUNIT_ASSERT_MESSAGE(text, loaded.list != nullptr);
    const auto noon_of = [](int day) {
      return *base::parse_date(fmt::format("2026-12-{:02}T12:00:00Z", day));
    };
    RuleSet set;
    for (int i = 0; i < 1000; ++i) {
      Asked asked;
      asked.address = random_address(random);
      asked.minor = static_cast<int>(random() % 5) - 1;
      asked.bits = (random() & 1U) != 0 ? 128 : 256;
      asked.day = static_cast<int>(1 + random() % 25);
      Session session;
      session.client = Client::at(asked.address);
      session.tls.encrypted = asked.minor >= 0;
      if (asked.minor >= 0)
        session.tls.version = TlsVersion{static_cast<std::uint16_t>(0x0301 + asked.minor)};
      if (asked.minor >= 0) session.tls.bits = static_cast<std::uint32_t>(asked.bits);
      loaded.list->collect(session.client, "", set);
      const Decision d = decide(set, session, Settings{true, true, ""}, noon_of(asked.day));
      const std::string got =
          fmt::format("{}{} {}", outcome_name(d.outcome), d.enforced ? "!" : "", d.rule ? d.rule->line : 0);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(
          text + net::to_string(asked.address) +
              fmt::format(" minor {} bits {} day {}", asked.minor, asked.bits, asked.day),
          oracle(rules, asked), got);
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OracleTest);

}  // namespace tlsward::policy
