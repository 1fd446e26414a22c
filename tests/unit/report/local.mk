check_PROGRAMS += report_unit
TESTS += report_unit
report_unit_CPPFLAGS = $(UNIT_CPPFLAGS)
report_unit_SOURCES = %D%/findings_test.cpp
report_unit_LDADD = $(UNIT_LIBS) $(REPORT_LIBS)
