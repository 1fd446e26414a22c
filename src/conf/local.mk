noinst_LIBRARIES += libconf.a
libconf_a_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS)
libconf_a_SOURCES = \
	%D%/arguments.cpp %D%/arguments.h \
	%D%/checks.h \
	%D%/config.cpp %D%/config.h \
	%D%/config_file.cpp %D%/config_file.h \
	%D%/option_table.cpp %D%/option_table.h \
	%D%/value.cpp %D%/value.h
EXTRA_DIST += %D%/.may_include

CONF_LIBS = libconf.a $(BOOST_PROGRAM_OPTIONS_LIBS) $(REPORT_LIBS) $(POLICY_LIBS)
