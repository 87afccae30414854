framework_libhost_a_SOURCES += \
	%reldir%/liveness.c \
	%reldir%/memory.c \
	%reldir%/plan.c \
	%reldir%/plan.h \
	%reldir%/plan_print.c \
	%reldir%/schedule.c
