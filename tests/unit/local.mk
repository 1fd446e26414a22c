# One test program a room, linked only to what that room may use.
UNIT_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests $(CPPUNIT_CFLAGS)
if HAVE_CPPUNIT
check_LIBRARIES += libtestmain.a
libtestmain_a_CPPFLAGS = $(UNIT_CPPFLAGS)
libtestmain_a_SOURCES = tests/support/test_main.cpp tests/support/temp_dir.cpp tests/support/temp_dir.h
UNIT_LIBS = libtestmain.a $(CPPUNIT_LIBS)
include tests/unit/base/local.mk
include tests/unit/net/local.mk
include tests/unit/dns/local.mk
include tests/unit/cert_tlsa/local.mk
include tests/unit/policy/local.mk
include tests/unit/conf/local.mk
include tests/unit/report/local.mk
include tests/unit/milter/local.mk
endif
