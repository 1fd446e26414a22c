check_PROGRAMS += milter_unit
TESTS += milter_unit
milter_unit_CPPFLAGS = $(UNIT_CPPFLAGS)
milter_unit_SOURCES = \
	%D%/arguments_test.cpp \
	%D%/connection_test.cpp \
	%D%/endpoint_test.cpp \
	%D%/folder_watch_test.cpp \
	%D%/list_state_test.cpp \
	%D%/listen_socket_test.cpp \
	%D%/log_line_test.cpp \
	%D%/macros_test.cpp \
	%D%/pid_file_test.cpp
milter_unit_LDADD = $(UNIT_LIBS) $(MILTERROOM_LIBS)
