noinst_LIBRARIES += libcert.a
libcert_a_CPPFLAGS = $(AM_CPPFLAGS) $(GNUTLS_CFLAGS) $(FMT_CFLAGS)
libcert_a_SOURCES = \
	%D%/dane_plan.cpp %D%/dane_plan.h \
	%D%/hook.cpp %D%/hook.h \
	%D%/tlsa.cpp %D%/tlsa.h
EXTRA_DIST += %D%/.may_include

CERT_LIBS = libcert.a $(NET_LIBS)
