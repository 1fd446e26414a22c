// The least a TLS policy milter can be, to compare with: registers CONNECT, HELO and MAIL, reads the TLS
// macros and answers 'continue' to each.
//   bare_milter SOCKET        (as libmilter spells it: unix:PATH, inet:PORT@HOST, fd:N)
#include <libmilter/mfapi.h>

#include <cstddef>
#include <cstdio>
#include <initializer_list>

namespace {

/// What the compiler must not throw away.
volatile std::size_t sink;

/// libmilter's functions take char* and change nothing in it.
char* c_text(const char* text) {
  return const_cast<char*>(text);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

extern "C" {

sfsistat on_negotiate(SMFICTX* ctx, unsigned long offered_actions, unsigned long offered_steps,
                      unsigned long /*f2*/, unsigned long /*f3*/, unsigned long* actions,
                      unsigned long* steps, unsigned long* out_f2, unsigned long* out_f3) {
  *actions = offered_actions & SMFIF_SETSYMLIST;
  *steps = offered_steps &
           (SMFIP_NORCPT | SMFIP_NODATA | SMFIP_NOHDRS | SMFIP_NOEOH | SMFIP_NOBODY | SMFIP_NOUNKNOWN);
  *out_f2 = 0;
  *out_f3 = 0;
  // The same as the daemon's, so that the two differ in what they do with them.
  ::smfi_setsymlist(ctx, SMFIM_CONNECT, c_text("v {daemon_name}"));
  ::smfi_setsymlist(ctx, SMFIM_HELO, c_text(""));
  ::smfi_setsymlist(ctx, SMFIM_ENVFROM,
                    c_text("i {tls_version} {cipher} {cipher_bits} {verify} {cert_subject} {cert_issuer} "
                           "{cn_subject} {cn_issuer} {auth_authen} {client_addr} {daemon_name}"));
  return SMFIS_CONTINUE;
}

sfsistat on_connect(SMFICTX* /*ctx*/, char* /*name*/, _SOCK_ADDR* /*address*/) {
  return SMFIS_CONTINUE;
}

sfsistat on_helo(SMFICTX* /*ctx*/, char* /*name*/) {
  return SMFIS_CONTINUE;
}

sfsistat on_mail(SMFICTX* ctx, char** /*arguments*/) {
  std::size_t known = 0;
  for (const char* name : {"{tls_version}", "{cipher}", "{cipher_bits}", "{verify}", "{cert_subject}"})
    known += ::smfi_getsymval(ctx, c_text(name)) != nullptr ? 1U : 0U;
  sink = known;
  return SMFIS_CONTINUE;
}

}  // extern "C"

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: bare_milter SOCKET\n", stderr);
    return 64;
  }
  smfiDesc filter{};
  filter.xxfi_name = c_text("bare_milter");
  filter.xxfi_version = SMFI_VERSION;
  filter.xxfi_negotiate = on_negotiate;
  filter.xxfi_connect = on_connect;
  filter.xxfi_helo = on_helo;
  filter.xxfi_envfrom = on_mail;
  if (::smfi_register(filter) != MI_SUCCESS || ::smfi_setconn(argv[1]) != MI_SUCCESS) {
    std::fputs("bare_milter: libmilter does not take it\n", stderr);
    return 70;
  }
  // As the daemon's queue of callers: hundreds come at once.
  ::smfi_setbacklog(1024);
  return ::smfi_main() == MI_SUCCESS ? 0 : 70;
}
