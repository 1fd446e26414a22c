# The hooks of renewal tools, as the tools call them.
hooks_tests = %D%/scripts.test
dist_check_SCRIPTS += $(hooks_tests)
TESTS += $(hooks_tests)
