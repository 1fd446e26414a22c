check_PROGRAMS += cert_tlsa_unit
TESTS += cert_tlsa_unit
cert_tlsa_unit_CPPFLAGS = $(UNIT_CPPFLAGS)
cert_tlsa_unit_SOURCES = %D%/dane_plan_test.cpp %D%/hook_test.cpp %D%/tlsa_test.cpp
cert_tlsa_unit_LDADD = $(UNIT_LIBS) $(CERT_LIBS)
