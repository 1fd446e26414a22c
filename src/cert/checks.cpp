#include "cert/checks.h"

#include <algorithm>

namespace tlsward::cert {

bool may_accept(std::string_view name) {
  return std::any_of(all_checks.begin(), all_checks.end(), [&](const CheckInfo& info) {
    return info.name == name && info.severity == base::Severity::error && info.check != Check::key_mismatch;
  });
}

}  // namespace tlsward::cert
