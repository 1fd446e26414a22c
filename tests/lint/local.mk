lint_tests = %D%/rooms.test %D%/suites.test %D%/writing.test
dist_check_SCRIPTS += $(lint_tests)
TESTS += $(lint_tests)
