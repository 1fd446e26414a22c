# Real mail servers on loopback with tlswardd attached. They need root, Postfix, and an unpacked Sendmail.
mta_tests = \
	%D%/postfix_cert.test \
	%D%/postfix_lifecycle.test \
	%D%/postfix_modes.test \
	%D%/postfix_reload.test \
	%D%/postfix_served.test \
	%D%/postfix_session.test \
	%D%/sendmail_cert.test \
	%D%/sendmail_lifecycle.test \
	%D%/sendmail_modes.test \
	%D%/sendmail_reload.test \
	%D%/sendmail_served.test \
	%D%/sendmail_session.test
dist_check_SCRIPTS += $(mta_tests)
TESTS += $(mta_tests)
EXTRA_DIST += \
	%D%/harness/__init__.py \
	%D%/harness/auth.py \
	%D%/harness/certs.py \
	%D%/harness/claims.py \
	%D%/harness/daemon.py \
	%D%/harness/demo.py \
	%D%/harness/demo_certs.py \
	%D%/harness/dialogue.py \
	%D%/harness/dnszone.py \
	%D%/harness/gnutls.py \
	%D%/harness/lifecycle.py \
	%D%/harness/load.py \
	%D%/harness/logs.py \
	%D%/harness/pki.py \
	%D%/harness/play.py \
	%D%/harness/postfix.py \
	%D%/harness/sandbox.py \
	%D%/harness/sendmail.py \
	%D%/harness/sendmail_shim.c \
	%D%/harness/served.py \
	%D%/harness/sessions.py \
	%D%/harness/smtp.py \
	%D%/harness/table.py

# Shows the tests what the rooms mta and smtp say of a real mail server.
check_PROGRAMS += mta_probe
mta_probe_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS) $(JSON_CFLAGS)
mta_probe_SOURCES = %D%/mta_probe.cpp
mta_probe_LDADD = $(MTA_LIBS)
