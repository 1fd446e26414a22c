check_PROGRAMS += conf_unit
TESTS += conf_unit
conf_unit_CPPFLAGS = $(UNIT_CPPFLAGS)
conf_unit_SOURCES = %D%/config_file_test.cpp %D%/config_test.cpp %D%/option_table_test.cpp %D%/value_test.cpp
conf_unit_LDADD = $(UNIT_LIBS) $(CONF_LIBS)
