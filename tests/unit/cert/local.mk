check_PROGRAMS += cert_unit
TESTS += cert_unit
cert_unit_CPPFLAGS = $(UNIT_CPPFLAGS) $(GNUTLS_CFLAGS) -DTLSWARD_TOP_SRCDIR='"$(abs_top_srcdir)"'
cert_unit_SOURCES = \
	%D%/certificate_test.cpp %D%/chain_test.cpp %D%/checks_test.cpp %D%/der_test.cpp %D%/expiry_test.cpp %D%/intake_test.cpp %D%/names_test.cpp \
	%D%/private_key_test.cpp %D%/request_test.cpp %D%/verify_test.cpp \
	tests/support/certificates.cpp tests/support/certificates.h tests/support/openssl.h
cert_unit_LDADD = $(UNIT_LIBS) $(CERT_LIBS)
EXTRA_DIST += tests/support/certificates.py
