noinst_LIBRARIES += libcert.a
libcert_a_CPPFLAGS = $(AM_CPPFLAGS) $(GNUTLS_CFLAGS) $(FMT_CFLAGS) $(JSON_CFLAGS)
libcert_a_SOURCES = \
	%D%/folder.cpp %D%/folder.h \
	%D%/store.cpp %D%/store.h \
	%D%/store_about.cpp %D%/store_about.h \
	%D%/store_files.cpp %D%/store_files.h \
	%D%/store_layout.cpp %D%/store_layout.h \
	%D%/store_lock.cpp %D%/store_lock.h \
	%D%/store_permissions.cpp %D%/store_permissions.h \
	%D%/waiting_keys.cpp %D%/waiting_keys.h
EXTRA_DIST += %D%/.may_include

CERT_LIBS = libcert.a $(NET_LIBS)
