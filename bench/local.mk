# "make bench" prints ratios between two things measured in one run; nothing passes or fails by the clock.
bench_programs = bench/make_list bench/lookup bench/bare_milter bench/sessions
EXTRA_PROGRAMS += $(bench_programs)
bench_make_list_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS)
bench_make_list_SOURCES = %D%/make_list.cpp %D%/networks.cpp %D%/networks.h
bench_make_list_LDADD = $(NET_LIBS)
bench_lookup_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS)
bench_lookup_SOURCES = %D%/lookup.cpp %D%/networks.cpp %D%/networks.h
bench_lookup_LDADD = $(POLICY_LIBS)
bench_bare_milter_SOURCES = %D%/bare_milter.cpp
bench_bare_milter_LDADD = $(MILTER_LIBS)
bench_sessions_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS)
bench_sessions_SOURCES = %D%/sessions.cpp %D%/filters.cpp %D%/filters.h %D%/load.cpp %D%/load.h \
	%D%/networks.cpp %D%/networks.h
bench_sessions_LDADD = $(NET_LIBS)
CLEANFILES += $(bench_programs)
EXTRA_DIST += %D%/batch.sh %D%/cert.py %D%/postfix.py

.PHONY: bench bench-programs
bench-programs: $(bench_programs) tlsward tlswardd
bench: bench-programs
	./bench/lookup
	TLSWARD='$(abs_top_builddir)/tlsward' MAKE_LIST='$(abs_top_builddir)/bench/make_list' \
		bash '$(srcdir)/%D%/batch.sh'
	test '$(PYTHON3)' = false || TLSWARD='$(abs_top_builddir)/tlsward' $(PYTHON3) '$(srcdir)/%D%/cert.py'
	./bench/sessions
	test '$(PYTHON3)' = false || TLSWARDD='$(abs_top_builddir)/tlswardd' MAKE_LIST='$(abs_top_builddir)/bench/make_list' \
		BARE_MILTER='$(abs_top_builddir)/bench/bare_milter' $(PYTHON3) '$(srcdir)/%D%/postfix.py'
