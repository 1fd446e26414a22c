# Real name servers on loopback with a signed zone. They need nsd and ldnsutils.
dns_tests = %D%/tlsa.test
dist_check_SCRIPTS += $(dns_tests)
TESTS += $(dns_tests)
check_PROGRAMS += tests/dns/dns_probe
tests_dns_dns_probe_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS) $(JSON_CFLAGS)
tests_dns_dns_probe_SOURCES = %D%/dns_probe.cpp
tests_dns_dns_probe_LDADD = $(DNS_LIBS)
