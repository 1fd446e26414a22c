noinst_LIBRARIES += libnet.a
libnet_a_SOURCES = \
	%D%/address.cpp %D%/address.h \
	%D%/predecessor_index.h \
	%D%/prefix.cpp %D%/prefix.h \
	%D%/prefix_table.cpp %D%/prefix_table.h %D%/prefix_table_build.h
EXTRA_DIST += %D%/.may_include

NET_LIBS = libnet.a $(BASE_LIBS)
