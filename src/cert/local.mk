noinst_LIBRARIES += libcert.a
libcert_a_CPPFLAGS = $(AM_CPPFLAGS) $(GNUTLS_CFLAGS) $(FMT_CFLAGS) $(JSON_CFLAGS)
libcert_a_SOURCES = \
	%D%/certificate.cpp %D%/certificate.h \
	%D%/chain.cpp %D%/chain.h \
	%D%/chain_checks.cpp %D%/chain_checks.h \
	%D%/checks.cpp %D%/checks.h \
	%D%/collector.cpp %D%/collector.h \
	%D%/dane_plan.cpp %D%/dane_plan.h \
	%D%/der.cpp %D%/der.h \
	%D%/der_time.cpp %D%/der_time.h \
	%D%/encrypted.cpp %D%/encrypted.h \
	%D%/expiry.cpp %D%/expiry.h \
	%D%/folder.cpp %D%/folder.h \
	%D%/gnutls_handles.cpp %D%/gnutls_handles.h \
	%D%/hook.cpp %D%/hook.h \
	%D%/intake.cpp %D%/intake.h \
	%D%/judgement.cpp %D%/judgement.h \
	%D%/leaves.cpp %D%/leaves.h \
	%D%/names.cpp %D%/names.h \
	%D%/pem.cpp %D%/pem.h \
	%D%/pkcs12.cpp %D%/pkcs12.h \
	%D%/private_key.cpp %D%/private_key.h \
	%D%/public_key.cpp %D%/public_key.h \
	%D%/request.cpp %D%/request.h \
	%D%/store.cpp %D%/store.h \
	%D%/store_about.cpp %D%/store_about.h \
	%D%/store_files.cpp %D%/store_files.h \
	%D%/store_layout.cpp %D%/store_layout.h \
	%D%/store_lock.cpp %D%/store_lock.h \
	%D%/store_permissions.cpp %D%/store_permissions.h \
	%D%/tlsa.cpp %D%/tlsa.h \
	%D%/verify.cpp %D%/verify.h \
	%D%/waiting_keys.cpp %D%/waiting_keys.h
EXTRA_DIST += %D%/.may_include

CERT_LIBS = libcert.a $(IDN2_LIBS) $(NET_LIBS)
