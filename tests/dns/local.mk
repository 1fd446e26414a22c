# Real name servers on loopback with signed zones. They need nsd and ldnsutils.
dns_tests = %D%/install.test %D%/records.test %D%/tlsa.test
dist_check_SCRIPTS += $(dns_tests)
TESTS += $(dns_tests)
check_PROGRAMS += tests/dns/dns_probe tests/dns/tlsa_print
tests_dns_dns_probe_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS) $(JSON_CFLAGS)
tests_dns_dns_probe_SOURCES = %D%/dns_probe.cpp
tests_dns_dns_probe_LDADD = $(DNS_LIBS)
tests_dns_tlsa_print_SOURCES = %D%/tlsa_print.cpp
tests_dns_tlsa_print_LDADD = $(CERT_LIBS)
