framework_libhost_la_SOURCES += \
	%reldir%/liveness.c \
	%reldir%/memory.c \
	%reldir%/plan.h \
	%reldir%/print.c \
	%reldir%/schedule.c
