check_PROGRAMS += net_unit
TESTS += net_unit
net_unit_CPPFLAGS = $(UNIT_CPPFLAGS)
net_unit_SOURCES = %D%/address_test.cpp %D%/prefix_table_test.cpp %D%/prefix_test.cpp
net_unit_LDADD = $(UNIT_LIBS) $(NET_LIBS)
