# "make bench" prints ratios between two things measured in one run; nothing passes or fails by the clock.
EXTRA_PROGRAMS += bench/make_list bench/lookup
bench_make_list_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS)
bench_make_list_SOURCES = %D%/make_list.cpp %D%/networks.cpp %D%/networks.h
bench_make_list_LDADD = $(NET_LIBS)
bench_lookup_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS)
bench_lookup_SOURCES = %D%/lookup.cpp %D%/networks.cpp %D%/networks.h
bench_lookup_LDADD = $(POLICY_LIBS)
CLEANFILES += bench/make_list bench/lookup

.PHONY: bench bench-programs
bench-programs: bench/make_list bench/lookup
bench: bench-programs
	./bench/lookup
