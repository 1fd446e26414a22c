noinst_LIBRARIES += libsmtp.a
libsmtp_a_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS) $(GNUTLS_CFLAGS) $(FMT_CFLAGS)
libsmtp_a_SOURCES = \
	%D%/channel.cpp %D%/channel.h \
	%D%/connection.cpp %D%/connection.h \
	%D%/reply.cpp %D%/reply.h \
	%D%/served.cpp %D%/served.h \
	%D%/tls_session.cpp %D%/tls_session.h \
	%D%/verdict.cpp %D%/verdict.h
EXTRA_DIST += %D%/.may_include

SMTP_LIBS = libsmtp.a $(NET_LIBS) $(CURL_LIBS) $(GNUTLS_LIBS)
