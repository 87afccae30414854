bin_PROGRAMS += nnpipe
nnpipe_CPPFLAGS = $(HOST_CPPFLAGS)
nnpipe_LDFLAGS =
nnpipe_LDADD = framework/libhost.la
nnpipe_SOURCES = \
	%reldir%/main.c %reldir%/command.h %reldir%/options.c %reldir%/common.c \
	%reldir%/commands.c
nnpipe_SOURCES += %reldir%/crash.c %reldir%/crash.h
