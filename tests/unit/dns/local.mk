check_PROGRAMS += dns_unit
TESTS += dns_unit
dns_unit_CPPFLAGS = $(UNIT_CPPFLAGS)
dns_unit_SOURCES = %D%/answers_test.cpp %D%/message_test.cpp
dns_unit_LDADD = $(UNIT_LIBS) $(DNS_LIBS)
