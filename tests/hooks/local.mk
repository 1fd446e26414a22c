# The hooks of renewal tools: as we call them, and as the real tools do with an authority on loopback (pebble).
hooks_tests = %D%/scripts.test %D%/tools.test
dist_check_SCRIPTS += $(hooks_tests)
TESTS += $(hooks_tests)
EXTRA_DIST += %D%/acme.py
check_PROGRAMS += tests/hooks/hook_print
tests_hooks_hook_print_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS) $(JSON_CFLAGS)
tests_hooks_hook_print_SOURCES = %D%/hook_print.cpp
tests_hooks_hook_print_LDADD = $(CERT_LIBS)
