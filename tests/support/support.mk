# libnnt: what every test program shares. -rpath is not needed: it is linked in, not opened.
if HAVE_CHECK
check_LTLIBRARIES += %reldir%/libnnt.la
%canon_reldir%_libnnt_la_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_libnnt_la_LDFLAGS =
%canon_reldir%_libnnt_la_SOURCES = \
	%reldir%/german.c \
	%reldir%/german.h \
	%reldir%/messages.h \
	%reldir%/net.c \
	%reldir%/net.h \
	%reldir%/nnt.c \
	%reldir%/nnt.h \
	%reldir%/reading.h
%canon_reldir%_libnnt_la_LIBADD = framework/libhost.la $(CHECK_LIBS)

LDADD = %reldir%/libnnt.la
# Test programs are plain programs: every test_X says test_X_CPPFLAGS = $(TEST_CPPFLAGS).
endif
