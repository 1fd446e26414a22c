noinst_LIBRARIES += libreport.a
libreport_a_CPPFLAGS = $(AM_CPPFLAGS) $(FMT_CFLAGS)
libreport_a_SOURCES = %D%/findings.cpp %D%/findings.h
EXTRA_DIST += %D%/.may_include

REPORT_LIBS = libreport.a $(BASE_LIBS)
