#include "smtp/verdict.h"

namespace tlsward::smtp {

std::string_view name_of(Step step) {
  switch (step) {
    case Step::resolve: return "resolve";
    case Step::connect: return "connect";
    case Step::banner: return "banner";
    case Step::ehlo: return "ehlo";
    case Step::starttls: return "starttls";
    case Step::handshake: return "handshake";
    case Step::verify: return "verify";
    case Step::done: return "done";
  }
  return "done";
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok: return "ok";
    case Verdict::dns_failed: return "dns-failed";
    case Verdict::refused: return "refused";
    case Verdict::unreachable: return "unreachable";
    case Verdict::timeout: return "timeout";
    case Verdict::closed: return "closed";
    case Verdict::protocol_error: return "protocol-error";
    case Verdict::no_starttls: return "no-starttls";
    case Verdict::starttls_unavailable: return "starttls-unavailable";
    case Verdict::handshake_failed: return "handshake-failed";
    case Verdict::local_error: return "local-error";
  }
  return "local-error";
}

}  // namespace tlsward::smtp
