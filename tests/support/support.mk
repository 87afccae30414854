# libnnt: what every test program shares.
if HAVE_CHECK
check_LIBRARIES += %reldir%/libnnt.a
%canon_reldir%_libnnt_a_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_libnnt_a_SOURCES = \
	%reldir%/german.c \
	%reldir%/german.h \
	%reldir%/messages.h \
	%reldir%/net.c \
	%reldir%/net.h \
	%reldir%/nnt.c \
	%reldir%/nnt.h \
	%reldir%/reading.h

LDADD = %reldir%/libnnt.a $(HOST_LIBS) $(CHECK_LIBS)
# Test programs are plain programs: every test_X says test_X_CPPFLAGS = $(TEST_CPPFLAGS).
endif
