check_PROGRAMS += policy_unit
TESTS += policy_unit
policy_unit_CPPFLAGS = $(UNIT_CPPFLAGS)
policy_unit_SOURCES = \
	%D%/access_load_test.cpp %D%/checks_test.cpp %D%/decision_test.cpp %D%/memory_source.h %D%/oracle_test.cpp \
	%D%/reply_test.cpp %D%/sender_test.cpp
policy_unit_LDADD = $(UNIT_LIBS) $(POLICY_LIBS)
