check_PROGRAMS += base_unit
TESTS += base_unit
base_unit_CPPFLAGS = $(UNIT_CPPFLAGS)
base_unit_SOURCES = %D%/clock_test.cpp %D%/files_test.cpp %D%/finding_test.cpp %D%/log_test.cpp %D%/text_test.cpp \
	%D%/tlsa_record_test.cpp
base_unit_LDADD = $(UNIT_LIBS) $(BASE_LIBS)
