#include "policy/rule.h"

#include <fmt/format.h>

#include <tuple>

namespace tlsward::policy {

bool Terms::decides_like(const Terms& other) const {
  const auto all = [](const Terms& t) {
    return std::tie(t.mode, t.min_protocol, t.min_bits, t.verified, t.subject, t.issuer, t.report, t.from,
                    t.until_end, t.tempfail);
  };
  return all(*this) == all(other);
}

std::string Rule::place() const {
  return is_built_in() ? "built-in" : fmt::format("{}:{}", *file, line);
}

}  // namespace tlsward::policy
