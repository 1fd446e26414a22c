sbin_PROGRAMS += tlswardd
tlswardd_SOURCES = %D%/tlswardd.cpp
tlswardd_LDADD = $(MILTERROOM_LIBS)

bin_PROGRAMS += tlsward
tlsward_SOURCES = %D%/tlsward.cpp
tlsward_LDADD = $(CLI_LIBS)
EXTRA_DIST += %D%/.may_include
