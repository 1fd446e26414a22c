noinst_LIBRARIES += libbase.a
libbase_a_CPPFLAGS = $(AM_CPPFLAGS) $(GNUTLS_CFLAGS) $(SYSTEMD_CFLAGS) $(FMT_CFLAGS)
libbase_a_SOURCES = \
	%D%/clock.cpp %D%/clock.h \
	%D%/digest.cpp %D%/digest.h \
	%D%/files.cpp %D%/files.h \
	%D%/finding.cpp %D%/finding.h \
	%D%/log.cpp %D%/log.h \
	%D%/process.cpp %D%/process.h \
	%D%/result.cpp %D%/result.h \
	%D%/secret.cpp %D%/secret.h \
	%D%/text.cpp %D%/text.h \
	%D%/tlsa_record.cpp %D%/tlsa_record.h
EXTRA_DIST += %D%/.may_include

# What a program must link that uses a room: the room and all below it.
BASE_LIBS = libbase.a $(GNUTLS_LIBS) $(SYSTEMD_LIBS) $(FMT_LIBS)
