framework_libhost_la_SOURCES +=
framework_libhost_la_SOURCES += \
	framework/plugin/discover.c framework/plugin/discover.h \
	framework/plugin/dso.c framework/plugin/dso.h \
	framework/plugin/guard.c framework/plugin/guard.h \
	framework/plugin/watch.c framework/plugin/watch.h \
	framework/plugin/instance.c framework/plugin/instance.h \
	framework/plugin/kinds.c framework/plugin/kinds.h \
	framework/plugin/conformance.c framework/plugin/conformance.h \
	framework/plugin/conformance_check.h framework/plugin/conformance_basic.c \
	framework/plugin/conformance_descriptor.c framework/plugin/conformance_file.c framework/plugin/conformance_frame.c \
	framework/plugin/conformance_gradient.c framework/plugin/conformance_host.c \
	framework/plugin/conformance_kinds.c framework/plugin/conformance_kinds.h \
	framework/plugin/conformance_report.c framework/plugin/conformance_rows.c framework/plugin/conformance_sweep.c \
	framework/plugin/conformance_trial.c \
	framework/plugin/probe.c framework/plugin/probe.h framework/plugin/probe_call.c \
	framework/plugin/probe_gradient.c \
	framework/plugin/range.c framework/plugin/range.h \
	framework/plugin/registry.c framework/plugin/registry.h \
	framework/plugin/scan.c framework/plugin/scan.h \
	framework/plugin/services.c framework/plugin/services.h \
	framework/plugin/validate.c framework/plugin/validate.h \
	framework/plugin/validate_param.c
