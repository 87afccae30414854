framework_libhost_la_SOURCES += \
	%reldir%/conformance.h \
	%reldir%/conformance_basic.c \
	%reldir%/conformance_check.h \
	%reldir%/conformance_descriptor.c \
	%reldir%/conformance_file.c \
	%reldir%/conformance_frame.c \
	%reldir%/conformance_gradient.c \
	%reldir%/conformance_host.c \
	%reldir%/conformance_kinds.c \
	%reldir%/conformance_kinds.h \
	%reldir%/conformance_report.c \
	%reldir%/conformance_rows.c \
	%reldir%/conformance_run.c \
	%reldir%/conformance_sweep.c \
	%reldir%/conformance_trial.c \
	%reldir%/probe.c \
	%reldir%/probe.h \
	%reldir%/probe_call.c \
	%reldir%/probe_gradient.c
