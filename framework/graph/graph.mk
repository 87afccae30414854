framework_libhost_a_SOURCES += \
	%reldir%/building.h \
	%reldir%/graph.c \
	%reldir%/graph.h \
	%reldir%/graph_print.c \
	%reldir%/params.c \
	%reldir%/probabilities.c \
	%reldir%/probabilities.h \
	%reldir%/units.c \
	%reldir%/units.h \
	%reldir%/wire.c \
	%reldir%/wire.h
