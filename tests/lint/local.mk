lint_tests = %D%/manual.test %D%/rooms.test %D%/suites.test %D%/writing.test
dist_check_SCRIPTS += $(lint_tests)
TESTS += $(lint_tests)
check_PROGRAMS += tests/lint/print_tables
tests_lint_print_tables_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS)
tests_lint_print_tables_SOURCES = %D%/print_tables.cpp
tests_lint_print_tables_LDADD = $(CLI_LIBS)
