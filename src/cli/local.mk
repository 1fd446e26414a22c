noinst_LIBRARIES += libcli.a
libcli_a_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS) $(JSON_CFLAGS)
libcli_a_SOURCES = \
	%D%/access_check.cpp \
	%D%/access_convert.cpp \
	%D%/access_explain.cpp \
	%D%/access_reload.cpp \
	%D%/access_verbs.h \
	%D%/batch_answers.cpp %D%/batch_answers.h \
	%D%/cert_check.cpp \
	%D%/cert_common.cpp %D%/cert_common.h \
	%D%/cert_dane.cpp %D%/cert_dane.h \
	%D%/cert_hook.cpp \
	%D%/cert_identities.cpp %D%/cert_identities.h \
	%D%/cert_install.cpp %D%/cert_install.h \
	%D%/cert_list.cpp \
	%D%/cert_put_live.cpp %D%/cert_put_live.h \
	%D%/cert_request.cpp \
	%D%/cert_rollback.cpp \
	%D%/cert_self_signed.cpp \
	%D%/cert_server.cpp %D%/cert_server.h \
	%D%/cert_show.cpp \
	%D%/cert_store_use.cpp %D%/cert_store_use.h \
	%D%/cert_suggest.cpp %D%/cert_suggest.h \
	%D%/cert_tlsa.cpp \
	%D%/cert_verbs.h \
	%D%/cert_verify.cpp \
	%D%/certificate_view.cpp %D%/certificate_view.h \
	%D%/command.cpp %D%/command.h \
	%D%/daemon.cpp %D%/daemon.h \
	%D%/exit_codes.h \
	%D%/explain.h %D%/explain_json.cpp %D%/explain_text.cpp \
	%D%/explain_batch.cpp %D%/explain_batch.h \
	%D%/list_loading.cpp %D%/list_loading.h \
	%D%/mail_server.cpp %D%/mail_server.h \
	%D%/output.cpp %D%/output.h \
	%D%/passphrase.cpp %D%/passphrase.h \
	%D%/plain_v4.h
EXTRA_DIST += %D%/.may_include

CLI_LIBS = libcli.a $(MTA_LIBS) $(DNS_LIBS)
