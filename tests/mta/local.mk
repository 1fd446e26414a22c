# Real mail servers on loopback with tlswardd attached. They need root, Postfix, and an unpacked Sendmail.
mta_tests = \
	%D%/postfix_modes.test \
	%D%/sendmail_modes.test
dist_check_SCRIPTS += $(mta_tests)
TESTS += $(mta_tests)
EXTRA_DIST += \
	%D%/harness/__init__.py \
	%D%/harness/claims.py \
	%D%/harness/daemon.py \
	%D%/harness/demo.py \
	%D%/harness/load.py \
	%D%/harness/pki.py \
	%D%/harness/play.py \
	%D%/harness/postfix.py \
	%D%/harness/sandbox.py \
	%D%/harness/sendmail.py \
	%D%/harness/sendmail_shim.c \
	%D%/harness/smtp.py \
	%D%/harness/table.py
