check_PROGRAMS += mta_unit
TESTS += mta_unit
mta_unit_CPPFLAGS = $(UNIT_CPPFLAGS) $(FMT_CFLAGS)
mta_unit_SOURCES = \
	%D%/adaptor_test.cpp \
	%D%/postfix_text_test.cpp \
	%D%/sendmail_process_test.cpp \
	%D%/sendmail_text_test.cpp
mta_unit_LDADD = $(UNIT_LIBS) $(MTA_LIBS)
