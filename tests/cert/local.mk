# The store, killed at every step. The driver does what a verb of `tlsward cert` does to a store.
check_PROGRAMS += tests/cert/store_driver
tests_cert_store_driver_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS)
tests_cert_store_driver_SOURCES = %D%/store_driver.cpp
tests_cert_store_driver_LDADD = $(CERT_LIBS)

# A shared object without libtool: a test preloads it and nothing installs it. No sanitizer, which would want to be
# preloaded before it.
check_PROGRAMS += tests/cert/kill_shim.so
tests_cert_kill_shim_so_SOURCES = %D%/kill_shim.cpp
tests_cert_kill_shim_so_CXXFLAGS = $(WARNINGS) -fPIC
tests_cert_kill_shim_so_LDFLAGS = -shared

cert_tests = %D%/kill.test
dist_check_SCRIPTS += $(cert_tests)
TESTS += $(cert_tests)
EXTRA_DIST += %D%/injection.py %D%/store_state.py
