framework_libhost_la_SOURCES += \
	%reldir%/building.h \
	%reldir%/graph.c \
	%reldir%/graph.h \
	%reldir%/params.c \
	%reldir%/print.c \
	%reldir%/wire.c \
	%reldir%/wire.h
