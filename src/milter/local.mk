noinst_LIBRARIES += libmilterroom.a
libmilterroom_a_CPPFLAGS = $(AM_CPPFLAGS) $(SYSTEMD_CFLAGS) $(FMT_CFLAGS)
libmilterroom_a_SOURCES = \
	%D%/arguments.cpp %D%/arguments.h \
	%D%/callbacks.cpp %D%/callbacks.h \
	%D%/connection.cpp %D%/connection.h \
	%D%/daemon.cpp %D%/daemon.h \
	%D%/descriptor_guard.cpp %D%/descriptor_guard.h \
	%D%/endpoint.cpp %D%/endpoint.h \
	%D%/exit_status.h \
	%D%/folder_watch.cpp %D%/folder_watch.h \
	%D%/gate.cpp %D%/gate.h \
	%D%/list_loader.cpp %D%/list_loader.h \
	%D%/list_slot.h \
	%D%/list_state.cpp %D%/list_state.h \
	%D%/listen_socket.cpp %D%/listen_socket.h \
	%D%/listener.cpp %D%/listener.h \
	%D%/log_line.cpp %D%/log_line.h \
	%D%/macros.cpp %D%/macros.h \
	%D%/notify.cpp %D%/notify.h \
	%D%/observation.h \
	%D%/pid_file.cpp %D%/pid_file.h \
	%D%/privileges.cpp %D%/privileges.h \
	%D%/rule_set_pool.cpp %D%/rule_set_pool.h \
	%D%/session_count.h \
	%D%/signals.cpp %D%/signals.h \
	%D%/socket_name.cpp %D%/socket_name.h \
	%D%/startup.cpp %D%/startup.h
EXTRA_DIST += %D%/.may_include

MILTERROOM_LIBS = libmilterroom.a $(CONF_LIBS) $(MILTER_LIBS)
