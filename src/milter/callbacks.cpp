#include "milter/callbacks.h"

#include <fmt/format.h>
#include <libmilter/mfapi.h>
#include <sys/socket.h>

#include <atomic>
#include <exception>
#include <memory>
#include <string>

#include "base/text.h"
#include "milter/log_line.h"
#include "net/address.h"
#include "policy/reply.h"

namespace tlsward::milter {
namespace {

// libmilter gives its callbacks nothing but the session.
Service* the_service = nullptr;
std::atomic<bool> told_of_macros{false};

// smfi_setsymlist replaces a stage's list, so what is needed of the default one is here again (DESIGN section
// 4). libmilter keeps the lists and the macros of each stage as long as the session lasts, so nothing is
// asked for that is not used, and TLS at MAIL alone: there it is told also to those who sent no HELO after
// STARTTLS.
constexpr const char* connect_macros = "v {daemon_name}";
constexpr const char* helo_macros = "";
constexpr const char* mail_macros =
    "i {tls_version} {cipher} {cipher_bits} {verify} {cert_subject} {cert_issuer} {cn_subject} {cn_issuer} "
    "{auth_authen} {client_addr} {daemon_name}";

constexpr unsigned long unwanted_steps =
    SMFIP_NORCPT | SMFIP_NODATA | SMFIP_NOHDRS | SMFIP_NOEOH | SMFIP_NOBODY | SMFIP_NOUNKNOWN;
// Where the MTA does not offer these, libmilter answers 'continue' for us.
constexpr unsigned long silent_steps = SMFIP_NR_CONN | SMFIP_NR_HELO;

/// libmilter's functions take char* and change nothing in it.
char* c_text(const char* text) {
  return const_cast<char*>(text);
}  // NOLINT(cppcoreguidelines-pro-type-const-cast)

void log_failure(const char* step, const char* what) noexcept {
  try {
    the_service->log.write(base::LogLevel::error,
                           fmt::format("internal failure at {}: {}", step, base::printable(what)),
                           {{"MESSAGE_ID", std::string(message_id::internal_failure)}});
  } catch (...) {
    the_service->log.error("internal failure, and no memory to say more");
  }
}

/// The only wall around callbacks: no exception passes into libmilter.
template <class Step, class OnFailure>
sfsistat guarded(const char* name, OnFailure&& on_failure, Step&& step) noexcept {
  const SessionCount::Callback running(the_service->sessions);
  try {
    return step();
  } catch (const std::exception& e) {
    log_failure(name, e.what());
  } catch (...) {
    log_failure(name, "unknown exception");
  }
  return on_failure();
}

/// Stands for the connection of a session that has only negotiated.
const char negotiated = 0;

bool is_counted(SMFICTX* ctx) {
  return ::smfi_getpriv(ctx) != nullptr;
}

/// Null before CONNECT.
Connection* connection_of(SMFICTX* ctx) {
  void* const data = ::smfi_getpriv(ctx);
  return data == &negotiated ? nullptr : static_cast<Connection*>(data);
}

/// Counts a session. Nothing is made for it before its CONNECT.
void begin_session(SMFICTX* ctx) {
  if (is_counted(ctx)) return;
  ::smfi_setpriv(ctx,
                 const_cast<char*>(
                     &negotiated));  // NOLINT(cppcoreguidelines-pro-type-const-cast): only its address counts
  the_service->sessions.opened();
}

/// The connection of a session, made where there is none.
Connection& start_connection(SMFICTX* ctx) {
  if (Connection* const before = connection_of(ctx)) return *before;
  auto connection = std::make_unique<Connection>();
  begin_session(ctx);
  ::smfi_setpriv(ctx, connection.get());
  return *connection.release();
}

void end_session(SMFICTX* ctx) {
  if (!is_counted(ctx)) return;
  const std::unique_ptr<Connection> connection(connection_of(ctx));
  ::smfi_setpriv(ctx, nullptr);
  the_service->sessions.closed();
}

std::string_view macro(SMFICTX* ctx, const char* name) {
  const char* const value = ::smfi_getsymval(ctx, c_text(name));
  return value == nullptr ? std::string_view() : std::string_view(value);
}

MailMacros read_mail_macros(SMFICTX* ctx) {
  MailMacros out;
  out.queue_id = macro(ctx, "i");
  out.tls_version = macro(ctx, "{tls_version}");
  out.cipher = macro(ctx, "{cipher}");
  out.cipher_bits = macro(ctx, "{cipher_bits}");
  out.verify = macro(ctx, "{verify}");
  out.cert_subject = macro(ctx, "{cert_subject}");
  out.cert_issuer = macro(ctx, "{cert_issuer}");
  out.cn_subject = macro(ctx, "{cn_subject}");
  out.cn_issuer = macro(ctx, "{cn_issuer}");
  out.client_addr = macro(ctx, "{client_addr}");
  out.auth_authen = macro(ctx, "{auth_authen}");
  out.daemon_name = macro(ctx, "{daemon_name}");
  return out;
}

policy::Client read_client(const sockaddr* address) {
  if (address != nullptr && address->sa_family == AF_UNIX) return policy::Client::local();
  if (const auto known = net::Address::from_sockaddr(address)) return policy::Client::at(*known);
  return policy::Client::unknown();
}

void tell_of_macros_once() {
  if (told_of_macros.exchange(true)) return;
  the_service->log.warning(
      fmt::format("the mail server does not let a milter choose its macros: configure it to send {} at "
                  "CONNECT and {} at MAIL, "
                  "or TLS sessions look like clear ones",
                  connect_macros, mail_macros));
}

sfsistat defer(SMFICTX* ctx, const char* text) noexcept {
  ::smfi_setreply(ctx, c_text("451"), c_text("4.7.1"), c_text(text));
  return SMFIS_TEMPFAIL;
}

/// Tells the MTA. If libmilter does not take the text, the MTA's own one will do.
sfsistat carry_out(SMFICTX* ctx, const policy::Decision& decision) {
  std::string code = decision.reply->code;
  std::string enhanced = decision.reply->enhanced;
  std::string text = policy::doubled_percent(decision.reply->text);
  if (::smfi_setreply(ctx, code.data(), enhanced.data(), text.data()) != MI_SUCCESS) {
    the_service->log.error(
        fmt::format("libmilter does not take the reply \"{}\": the mail server's own is sent",
                    base::printable(policy::to_string(*decision.reply), 512)));
  }
  return decision.outcome == policy::Outcome::refuse ? SMFIS_REJECT : SMFIS_TEMPFAIL;
}

sfsistat judge(SMFICTX* ctx, const char* sender) {
  Connection* const connection = connection_of(ctx);
  if (connection == nullptr) {
    the_service->log.warning("MAIL without CONNECT before it: deferred");
    return defer(ctx, "The mail filter was not told of this connection, try again later");
  }
  if (!connection->is_connected()) {
    return connection->must_fail_closed(the_service->settings)
               ? defer(ctx, "The mail filter failed, try again later")
               : SMFIS_ACCEPT;
  }
  const policy::Decision decision = connection->mail(*the_service, read_mail_macros(ctx), sender);
  return decision.is_carried_out() ? carry_out(ctx, decision) : SMFIS_ACCEPT;
}

extern "C" {

sfsistat on_negotiate(SMFICTX* ctx, unsigned long offered_actions, unsigned long offered_steps,
                      unsigned long /*f2*/, unsigned long /*f3*/, unsigned long* actions,
                      unsigned long* steps, unsigned long* out_f2, unsigned long* out_f3) {
  const auto refuse_session = [] { return SMFIS_REJECT; };
  return guarded("the negotiation", refuse_session, [&] {
    begin_session(ctx);
    *actions = offered_actions & SMFIF_SETSYMLIST;
    // A step that an old MTA cannot leave out arrives and is answered 'continue' by libmilter.
    *steps = (offered_steps & unwanted_steps) | silent_steps;
    *out_f2 = 0;
    *out_f3 = 0;
    if (*actions == 0) {
      tell_of_macros_once();
    } else if (::smfi_setsymlist(ctx, SMFIM_CONNECT, c_text(connect_macros)) != MI_SUCCESS ||
               ::smfi_setsymlist(ctx, SMFIM_HELO, c_text(helo_macros)) != MI_SUCCESS ||
               ::smfi_setsymlist(ctx, SMFIM_ENVFROM, c_text(mail_macros)) != MI_SUCCESS) {
      the_service->log.error("libmilter does not take our list of macros");
    }
    return SMFIS_CONTINUE;
  });
}

sfsistat on_connect(SMFICTX* ctx, char* name, _SOCK_ADDR* address) {
  // A connection that could not be made or filled in is judged at MAIL.
  const auto go_on = [] { return SMFIS_NOREPLY; };
  return guarded("CONNECT", go_on, [&] {
    Connection& connection = start_connection(ctx);
    connection.connect(*the_service, {read_client(reinterpret_cast<const sockaddr*>(address)), name,
                                      macro(ctx, "{daemon_name}"), macro(ctx, "v")});
    return SMFIS_NOREPLY;
  });
}

sfsistat on_helo(SMFICTX* ctx, char* name) {
  // Without its HELO a message is judged just the same; only the log line lacks the name.
  const auto go_on = [] { return SMFIS_NOREPLY; };
  return guarded("HELO", go_on, [&] {
    if (Connection* const connection = connection_of(ctx)) connection->helo(name);
    return SMFIS_NOREPLY;
  });
}

sfsistat on_mail(SMFICTX* ctx, char** arguments) {
  const auto fail_safe = [ctx] {
    const Connection* const connection = connection_of(ctx);
    const bool closed = connection == nullptr || connection->must_fail_closed(the_service->settings);
    return closed ? defer(ctx, "The mail filter failed, try again later") : SMFIS_ACCEPT;
  };
  return guarded("MAIL", fail_safe, [&] {
    return judge(ctx, arguments == nullptr || arguments[0] == nullptr ? "" : arguments[0]);
  });
}

sfsistat on_close(SMFICTX* ctx) {
  const auto ignore = [] { return SMFIS_CONTINUE; };
  return guarded("the end of a session", ignore, [&] {
    end_session(ctx);
    return SMFIS_CONTINUE;
  });
}

}  // extern "C"

}  // namespace

base::Status register_filter(Service& service) {
  the_service = &service;
  smfiDesc filter{};
  filter.xxfi_name = c_text("tlswardd");
  filter.xxfi_version = SMFI_VERSION;
  filter.xxfi_negotiate = on_negotiate;
  filter.xxfi_connect = on_connect;
  filter.xxfi_helo = on_helo;
  filter.xxfi_envfrom = on_mail;
  filter.xxfi_close = on_close;
  // No xxfi_abort: a session keeps nothing of a message, so there is nothing to abort.
  if (::smfi_register(filter) != MI_SUCCESS)
    return base::Error{base::Errc::io,
                       "libmilter does not take the filter: is its version the one this was built with?",
                       {}};
  return base::Done{};
}

}  // namespace tlsward::milter
