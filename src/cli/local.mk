noinst_LIBRARIES += libcli.a
libcli_a_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS) $(JSON_CFLAGS)
libcli_a_SOURCES = \
	%D%/access_check.cpp \
	%D%/access_convert.cpp \
	%D%/access_explain.cpp \
	%D%/access_reload.cpp \
	%D%/access_verbs.h \
	%D%/batch_answers.cpp %D%/batch_answers.h \
	%D%/command.cpp %D%/command.h \
	%D%/daemon.cpp %D%/daemon.h \
	%D%/exit_codes.h \
	%D%/explain.h %D%/explain_json.cpp %D%/explain_text.cpp \
	%D%/explain_batch.cpp %D%/explain_batch.h \
	%D%/list_loading.cpp %D%/list_loading.h \
	%D%/output.cpp %D%/output.h \
	%D%/plain_v4.h
EXTRA_DIST += %D%/.may_include

CLI_LIBS = libcli.a $(CONF_LIBS)
