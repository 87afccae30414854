framework_libhost_la_SOURCES += \
	%reldir%/building.h \
	%reldir%/graph.c \
	%reldir%/graph.h \
	%reldir%/graph_print.c \
	%reldir%/params.c \
	%reldir%/wire.c \
	%reldir%/wire.h
