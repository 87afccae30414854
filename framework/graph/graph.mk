framework_libhost_la_SOURCES += \
	framework/graph/graph.c framework/graph/graph.h framework/graph/build.c \
	framework/graph/infer.c framework/graph/print.c
