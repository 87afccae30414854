framework_libhost_la_SOURCES +=
framework_libhost_la_SOURCES += \
	framework/plugin/dso.c framework/plugin/dso.h \
	framework/plugin/instance.c framework/plugin/instance.h \
	framework/plugin/probe.c framework/plugin/probe.h framework/plugin/probe_call.c \
	framework/plugin/probe_gradient.c \
	framework/plugin/range.c framework/plugin/range.h \
	framework/plugin/scan.c framework/plugin/scan.h \
	framework/plugin/services.c framework/plugin/services.h
