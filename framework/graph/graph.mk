framework_libhost_la_SOURCES += \
	%reldir%/build.c \
	%reldir%/graph.c \
	%reldir%/graph.h \
	%reldir%/params.c \
	%reldir%/print.c
