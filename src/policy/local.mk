noinst_LIBRARIES += libpolicy.a
libpolicy_a_CPPFLAGS = $(AM_CPPFLAGS) $(IDN2_CFLAGS) $(FMT_CFLAGS)
libpolicy_a_SOURCES = \
	%D%/access_builder.cpp %D%/access_builder.h \
	%D%/access_convert.cpp %D%/access_convert.h \
	%D%/access_export.cpp \
	%D%/access_line.cpp %D%/access_line.h \
	%D%/access_list.cpp %D%/access_list.h \
	%D%/access_load.cpp %D%/access_load.h \
	%D%/access_reader.cpp %D%/access_reader.h \
	%D%/access_terms.cpp %D%/access_terms.h \
	%D%/checks.cpp %D%/checks.h \
	%D%/convert_log.cpp %D%/convert_log.h \
	%D%/convert_parts.h \
	%D%/decision.cpp %D%/decision.h \
	%D%/finding_log.cpp %D%/finding_log.h \
	%D%/import_postfix.cpp %D%/import_sendmail.cpp \
	%D%/list_source.cpp %D%/list_source.h \
	%D%/mode.cpp %D%/mode.h \
	%D%/reply.cpp %D%/reply.h \
	%D%/rule.cpp %D%/rule.h \
	%D%/sender.cpp %D%/sender.h \
	%D%/session.cpp %D%/session.h
EXTRA_DIST += %D%/.may_include

POLICY_LIBS = libpolicy.a $(IDN2_LIBS) $(NET_LIBS)
