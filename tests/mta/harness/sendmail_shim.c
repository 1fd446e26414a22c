/* Keeps a Sendmail under test inside its own folder: preloaded, it gives the host a qualified name (Sendmail waits a
   minute at start when it has none), asks no name server, and writes the log into a file in place of syslog. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int gethostname(char *name, size_t size) {
  snprintf(name, size, "mx.test.example");
  return 0;
}

static struct hostent *unknown_host(void) {
  h_errno = HOST_NOT_FOUND;
  return NULL;
}

/* An address written out needs no name server. */
struct hostent *gethostbyname2(const char *name, int family) {
  struct hostent *(*original)(const char *, int) = dlsym(RTLD_NEXT, "gethostbyname2");
  if (name[strspn(name, "0123456789.:")] == '\0' && original != NULL) return original(name, family);
  return unknown_host();
}

struct hostent *gethostbyaddr(const void *address, socklen_t size, int family) {
  (void)address, (void)size, (void)family;
  return unknown_host();
}

static int unanswered(void) {
  h_errno = HOST_NOT_FOUND;
  return -1;
}

int res_query(const char *name, int class, int type, unsigned char *answer, int size) {
  (void)name, (void)class, (void)type, (void)answer, (void)size;
  return unanswered();
}

int res_search(const char *name, int class, int type, unsigned char *answer, int size) {
  return res_query(name, class, type, answer, size);
}

int res_querydomain(const char *name, const char *domain, int class, int type, unsigned char *answer, int size) {
  (void)domain;
  return res_query(name, class, type, answer, size);
}

void __syslog_chk(int priority, int flag, const char *format, ...) {
  (void)flag;
  const char *path = getenv("TLSWARD_SYSLOG");
  FILE *log = path != NULL ? fopen(path, "ae") : NULL;
  if (log == NULL) return;
  char line[4096];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  fprintf(log, "sendmail[%d]: <%d> %s\n", (int)getpid(), priority & 7, line);
  fclose(log);
}
