check_PROGRAMS += smtp_unit
TESTS += smtp_unit
smtp_unit_CPPFLAGS = $(UNIT_CPPFLAGS) $(GNUTLS_CFLAGS) $(FMT_CFLAGS)
smtp_unit_SOURCES = \
	%D%/fake_server.cpp %D%/fake_server.h \
	%D%/reply_test.cpp \
	%D%/served_test.cpp %D%/served_tls_test.cpp
smtp_unit_LDADD = $(UNIT_LIBS) $(SMTP_LIBS) -lpthread
