check_PROGRAMS += cert_store_unit
TESTS += cert_store_unit
cert_store_unit_CPPFLAGS = $(UNIT_CPPFLAGS)
cert_store_unit_SOURCES = \
	%D%/folder_test.cpp \
	%D%/sample.cpp %D%/sample.h \
	%D%/store_about_test.cpp \
	%D%/store_layout_test.cpp \
	%D%/store_links_test.cpp \
	%D%/store_lock_test.cpp \
	%D%/store_permissions_test.cpp \
	%D%/store_test.cpp \
	%D%/waiting_keys_test.cpp
cert_store_unit_LDADD = $(UNIT_LIBS) $(CERT_LIBS)
