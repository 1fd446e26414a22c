#include "smtp/tls_session.h"

#include <fmt/format.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include <type_traits>

#include "net/address.h"

namespace tlsward::smtp {
namespace {

constexpr int max_alerts = 8;

struct SessionDeleter {
  void operator()(gnutls_session_t session) const { ::gnutls_deinit(session); }
};
struct CredentialsDeleter {
  void operator()(gnutls_certificate_credentials_t credentials) const {
    ::gnutls_certificate_free_credentials(credentials);
  }
};

/// In TLS 1.2 the key exchange names the kind of key too, and the old RSA one has no signature at all, so it
/// must go where another kind is asked for.
std::string priorities_of(KeyKind kind) {
  std::string versions = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
  const std::string no_rsa = ":-ECDHE-RSA:-DHE-RSA:-RSA";
  switch (kind) {
    case KeyKind::any: break;
    case KeyKind::rsa:
      return versions +
             ":-ECDHE-ECDSA:-SIGN-ALL:+SIGN-RSA-PSS-RSAE-SHA256:+SIGN-RSA-PSS-RSAE-SHA384"
             ":+SIGN-RSA-PSS-RSAE-SHA512:+SIGN-RSA-PSS-SHA256:+SIGN-RSA-PSS-SHA384:+SIGN-RSA-PSS-SHA512"
             ":+SIGN-RSA-SHA256:+SIGN-RSA-SHA384:+SIGN-RSA-SHA512";
    case KeyKind::ecdsa:
      return versions + no_rsa +
             ":-SIGN-ALL:+SIGN-ECDSA-SECP256R1-SHA256:+SIGN-ECDSA-SECP384R1-SHA384"
             ":+SIGN-ECDSA-SECP521R1-SHA512:+SIGN-ECDSA-SHA256:+SIGN-ECDSA-SHA384:+SIGN-ECDSA-SHA512";
    case KeyKind::ed25519: return versions + no_rsa + ":-SIGN-ALL:+SIGN-EDDSA-ED25519";
  }
  return versions;
}

std::string text_of(const char* name) {
  return name == nullptr ? std::string() : std::string(name);
}

/// "TLSv1.3", as everywhere else in this program, for GnuTLS's "TLS1.3".
std::string protocol_of(gnutls_session_t session) {
  switch (::gnutls_protocol_get_version(session)) {
    case GNUTLS_TLS1_2: return "TLSv1.2";
    case GNUTLS_TLS1_3: return "TLSv1.3";
    default: return text_of(::gnutls_protocol_get_name(::gnutls_protocol_get_version(session)));
  }
}

}  // namespace

std::string_view name_of(KeyKind kind) {
  switch (kind) {
    case KeyKind::any: return "any";
    case KeyKind::rsa: return "rsa";
    case KeyKind::ecdsa: return "ecdsa";
    case KeyKind::ed25519: return "ed25519";
  }
  return "any";
}

struct TlsSession::Handles {
  std::unique_ptr<std::remove_pointer_t<gnutls_certificate_credentials_t>, CredentialsDeleter> credentials;
  std::unique_ptr<std::remove_pointer_t<gnutls_session_t>, SessionDeleter> session;
  int rc = GNUTLS_E_SUCCESS;  ///< of the set-up
};

TlsSession::TlsSession(int descriptor, const std::string& server_name, KeyKind kind)
    : descriptor_(descriptor), handles_(std::make_unique<Handles>()) {
  int& rc = handles_->rc;
  gnutls_certificate_credentials_t credentials = nullptr;
  rc = ::gnutls_certificate_allocate_credentials(&credentials);
  if (rc < 0) return;
  handles_->credentials.reset(credentials);
  gnutls_session_t session = nullptr;
  rc = ::gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
  if (rc < 0) return;
  handles_->session.reset(session);
  rc = ::gnutls_priority_set_direct(session, priorities_of(kind).c_str(), nullptr);
  if (rc >= 0) rc = ::gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
  if (rc >= 0 && !server_name.empty() && !net::Address::parse(server_name))
    rc = ::gnutls_server_name_set(session, GNUTLS_NAME_DNS, server_name.data(), server_name.size());
  ::gnutls_handshake_set_timeout(session, 0);  // ours is the only clock
  ::gnutls_transport_set_int(session, descriptor);
}

TlsSession::~TlsSession() = default;

std::optional<Failure> TlsSession::wait_or_fail(int rc, Verdict verdict, std::string_view doing,
                                                Deadline deadline) {
  gnutls_session_t session = handles_->session.get();
  if (rc == GNUTLS_E_AGAIN || rc == GNUTLS_E_INTERRUPTED)
    return wait_for(descriptor_, ::gnutls_record_get_direction(session) == 1, deadline);
  if (rc == GNUTLS_E_WARNING_ALERT_RECEIVED && ++alerts_ <= max_alerts) return std::nullopt;
  if (rc == GNUTLS_E_FATAL_ALERT_RECEIVED) {
    return Failure{verdict, fmt::format("{}: the server sent the alert \"{}\"", doing,
                                        text_of(::gnutls_alert_get_name(::gnutls_alert_get(session))))};
  }
  return Failure{verdict, fmt::format("{}: {}", doing, ::gnutls_strerror(rc))};
}

std::optional<Failure> TlsSession::shake_hands(Deadline deadline) {
  if (handles_->rc < 0)
    return Failure{Verdict::local_error,
                   fmt::format("cannot start TLS: {}", ::gnutls_strerror(handles_->rc))};
  for (;;) {
    // Also where GnuTLS never has to wait: a server may keep it busy.
    if (std::chrono::steady_clock::now() >= deadline)
      return Failure{Verdict::timeout, "the TLS handshake was not finished in time"};
    const int rc = ::gnutls_handshake(handles_->session.get());
    if (rc == GNUTLS_E_SUCCESS) return std::nullopt;
    if (auto failure = wait_or_fail(rc, Verdict::handshake_failed, "the TLS handshake failed", deadline))
      return failure;
  }
}

std::vector<std::string> TlsSession::chain() const {
  std::vector<std::string> out;
  gnutls_session_t session = handles_->session.get();
  if (session == nullptr || ::gnutls_certificate_type_get(session) != GNUTLS_CRT_X509) return out;
  unsigned count = 0;
  const gnutls_datum_t* const certificates = ::gnutls_certificate_get_peers(session, &count);
  for (unsigned i = 0; certificates != nullptr && i < count; ++i) {
    const gnutls_datum_t& der = certificates[i];
    out.emplace_back(der.data, der.data + der.size);
  }
  return out;
}

TlsFacts TlsSession::facts() const {
  gnutls_session_t session = handles_->session.get();
  TlsFacts facts;
  if (session == nullptr) return facts;
  facts.protocol = protocol_of(session);
  facts.cipher = text_of(::gnutls_ciphersuite_get(session));
  facts.key_exchange = text_of(::gnutls_kx_get_name(::gnutls_kx_get(session)));
  const std::string group = text_of(::gnutls_group_get_name(::gnutls_group_get(session)));
  if (!group.empty()) facts.key_exchange += " " + group;
  return facts;
}

std::optional<Failure> TlsSession::receive(std::string_view& octets, Deadline deadline) {
  for (;;) {
    const ssize_t n = ::gnutls_record_recv(handles_->session.get(), buffer_.data(), buffer_.size());
    if (n > 0) {
      octets = std::string_view(buffer_.data(), static_cast<std::size_t>(n));
      return std::nullopt;
    }
    if (n == 0 || n == GNUTLS_E_PREMATURE_TERMINATION)
      return Failure{Verdict::closed, "the server closed the connection"};
    if (std::chrono::steady_clock::now() >= deadline)
      return Failure{Verdict::timeout, "the server did not answer in time"};
    if (auto failure = wait_or_fail(static_cast<int>(n), Verdict::closed, "the TLS session broke", deadline))
      return failure;
  }
}

std::optional<Failure> TlsSession::send(std::string_view octets, Deadline deadline) {
  while (!octets.empty()) {
    const ssize_t n = ::gnutls_record_send(handles_->session.get(), octets.data(), octets.size());
    if (n > 0) {
      octets.remove_prefix(static_cast<std::size_t>(n));
      continue;
    }
    if (std::chrono::steady_clock::now() >= deadline)
      return Failure{Verdict::timeout, "the server did not take in time what was sent"};
    if (auto failure = wait_or_fail(static_cast<int>(n), Verdict::closed, "the TLS session broke", deadline))
      return failure;
  }
  return std::nullopt;
}

}  // namespace tlsward::smtp
