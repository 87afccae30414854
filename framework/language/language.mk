framework_libhost_a_SOURCES += \
	%reldir%/expr.c \
	%reldir%/expr.h \
	%reldir%/grammar.c \
	%reldir%/grammar.h \
	%reldir%/merge.c \
	%reldir%/merge.h \
	%reldir%/names.c \
	%reldir%/names.h \
	%reldir%/params.c \
	%reldir%/params.h \
	%reldir%/params_node.c \
	%reldir%/pattern.c \
	%reldir%/pattern.h \
	%reldir%/refs.c \
	%reldir%/refs.h \
	%reldir%/set.c \
	%reldir%/set.h \
	%reldir%/value.c \
	%reldir%/value.h \
	%reldir%/vars.c \
	%reldir%/vars.h \
	%reldir%/written.c \
	%reldir%/written.h
