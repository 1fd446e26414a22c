noinst_LIBRARIES += libcert.a
libcert_a_CPPFLAGS = $(AM_CPPFLAGS) $(GNUTLS_CFLAGS) $(FMT_CFLAGS)
libcert_a_SOURCES = \
	%D%/certificate.cpp %D%/certificate.h \
	%D%/chain.h \
	%D%/checks.h \
	%D%/collector.cpp %D%/collector.h \
	%D%/der.cpp %D%/der.h \
	%D%/der_time.cpp %D%/der_time.h \
	%D%/encrypted.cpp %D%/encrypted.h \
	%D%/expiry.h \
	%D%/gnutls_handles.cpp %D%/gnutls_handles.h \
	%D%/intake.cpp %D%/intake.h \
	%D%/names.h \
	%D%/pem.cpp %D%/pem.h \
	%D%/pkcs12.cpp %D%/pkcs12.h \
	%D%/private_key.cpp %D%/private_key.h \
	%D%/public_key.cpp %D%/public_key.h \
	%D%/request.h \
	%D%/verify.h
EXTRA_DIST += %D%/.may_include

CERT_LIBS = libcert.a $(NET_LIBS)
