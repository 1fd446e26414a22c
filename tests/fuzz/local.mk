# Fuzz targets. `make check` replays the corpus through each; with --enable-fuzzing (CXX=clang++) each is also a libFuzzer program.
check_PROGRAMS += access_list_replay
TESTS += access_list_replay
access_list_replay_CPPFLAGS = $(AM_CPPFLAGS) -DTLSWARD_CORPUS='"access_list"'
access_list_replay_SOURCES = %D%/access_list.cpp %D%/replay.cpp
access_list_replay_LDADD = $(POLICY_LIBS)
access_list_corpus = \
	%D%/corpus/access_list/dates %D%/corpus/access_list/includes %D%/corpus/access_list/manual %D%/corpus/access_list/marks \
	%D%/corpus/access_list/masks %D%/corpus/access_list/mapped %D%/corpus/access_list/nonsense %D%/corpus/access_list/quotes \
	%D%/corpus/access_list/ranges %D%/corpus/access_list/senders
EXTRA_DIST += $(access_list_corpus)
if FUZZING
noinst_PROGRAMS += access_list_fuzz
access_list_fuzz_CPPFLAGS = $(AM_CPPFLAGS)
access_list_fuzz_SOURCES = %D%/access_list.cpp
access_list_fuzz_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
access_list_fuzz_LDADD = $(POLICY_LIBS)
endif

check_PROGRAMS += mail_answers_replay
TESTS += mail_answers_replay
mail_answers_replay_CPPFLAGS = $(AM_CPPFLAGS) -DTLSWARD_CORPUS='"mail_answers"'
mail_answers_replay_SOURCES = %D%/mail_answers.cpp %D%/replay.cpp
mail_answers_replay_LDADD = $(MTA_LIBS)
mail_answers_corpus = \
	%D%/corpus/mail_answers/postconf %D%/corpus/mail_answers/reply %D%/corpus/mail_answers/reply_mixed \
	%D%/corpus/mail_answers/sendmail
EXTRA_DIST += $(mail_answers_corpus)
if FUZZING
noinst_PROGRAMS += mail_answers_fuzz
mail_answers_fuzz_CPPFLAGS = $(AM_CPPFLAGS)
mail_answers_fuzz_SOURCES = %D%/mail_answers.cpp
mail_answers_fuzz_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
mail_answers_fuzz_LDADD = $(MTA_LIBS)
endif

check_PROGRAMS += certificates_replay
TESTS += certificates_replay
certificates_replay_CPPFLAGS = $(AM_CPPFLAGS) -DTLSWARD_CORPUS='"certificates"'
certificates_replay_SOURCES = %D%/certificates.cpp %D%/replay.cpp
certificates_replay_LDADD = $(CERT_LIBS)
certificates_corpus = \
	%D%/corpus/certificates/bundle_legacy %D%/corpus/certificates/bundle_p12 %D%/corpus/certificates/bundle_p7 \
	%D%/corpus/certificates/bundle_p7_pem %D%/corpus/certificates/certificate_der %D%/corpus/certificates/key_encrypted \
	%D%/corpus/certificates/key_sec1 %D%/corpus/certificates/key_traditional %D%/corpus/certificates/paste \
	%D%/corpus/certificates/trusted
EXTRA_DIST += $(certificates_corpus)
if FUZZING
noinst_PROGRAMS += certificates_fuzz
certificates_fuzz_CPPFLAGS = $(AM_CPPFLAGS)
certificates_fuzz_SOURCES = %D%/certificates.cpp
certificates_fuzz_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
certificates_fuzz_LDADD = $(CERT_LIBS)
endif

# Fuzzes each target for a while, in a build of its own by clang.
FUZZ_SECONDS = 60
fuzz_targets = access_list certificates mail_answers
.PHONY: fuzz
fuzz:
	mkdir -p fuzz-build
	cd fuzz-build && { test -f Makefile || CXX=clang++ CXXFLAGS='-O1 -g' $(abs_top_srcdir)/configure --enable-fuzzing; }
	cd fuzz-build && $(MAKE) $(addsuffix _fuzz,$(fuzz_targets))
	for target in $(fuzz_targets); do \
	  mkdir -p fuzz-build/found/$$target && ( cd fuzz-build && ./$${target}_fuzz -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
	    -max_len=4000 found/$$target $(abs_top_srcdir)/tests/fuzz/corpus/$$target ) || exit 1; \
	done
clean-local: clean-fuzz
clean-fuzz:
	rm -rf fuzz-build
