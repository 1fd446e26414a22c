noinst_LIBRARIES += libmta.a
libmta_a_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS)
libmta_a_SOURCES = \
	%D%/adaptor.cpp %D%/adaptor.h \
	%D%/deploy.cpp %D%/deploy.h \
	%D%/ports.cpp %D%/ports.h \
	%D%/postfix.cpp %D%/postfix.h \
	%D%/postfix_text.cpp %D%/postfix_text.h \
	%D%/sendmail.cpp %D%/sendmail.h \
	%D%/sendmail_process.cpp %D%/sendmail_process.h \
	%D%/sendmail_text.cpp %D%/sendmail_text.h
EXTRA_DIST += %D%/.may_include

MTA_LIBS = libmta.a $(CONF_LIBS) $(CERT_LIBS) $(SMTP_LIBS)
