noinst_LIBRARIES += libdns.a
libdns_a_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS)
libdns_a_SOURCES = \
	%D%/answers.cpp %D%/answers.h \
	%D%/direct.cpp %D%/direct.h \
	%D%/message.cpp %D%/message.h \
	%D%/resolver.cpp %D%/resolver.h
EXTRA_DIST += %D%/.may_include

DNS_LIBS = libdns.a $(UNBOUND_LIBS) $(NET_LIBS)
