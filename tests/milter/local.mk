# The daemon behind a mail server that we play ourselves.
milter_tests = \
	%D%/decisions.test \
	%D%/idle.test \
	%D%/lifecycle.test \
	%D%/miltertest.test \
	%D%/protocol.test \
	%D%/reload.test
dist_check_SCRIPTS += $(milter_tests)
TESTS += $(milter_tests)
EXTRA_DIST += %D%/fake_mta.py %D%/tsan.supp
