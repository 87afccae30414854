framework_libhost_la_SOURCES += \
	framework/plan/plan.h framework/plan/schedule.c framework/plan/liveness.c \
	framework/plan/memory.c framework/plan/print.c
