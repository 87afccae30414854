framework_libhost_a_SOURCES += \
	%reldir%/check.c \
	%reldir%/check.h \
	%reldir%/check_basic.c \
	%reldir%/check_descriptor.c \
	%reldir%/check_file.c \
	%reldir%/check_gradient.c \
	%reldir%/check_host.c \
	%reldir%/check_kind.c \
	%reldir%/check_kind.h \
	%reldir%/check_rows.c \
	%reldir%/check_sweep.c \
	%reldir%/conformance.h \
	%reldir%/conformance_run.c \
	%reldir%/frame.c \
	%reldir%/frame.h \
	%reldir%/probe.c \
	%reldir%/probe.h \
	%reldir%/probe_call.c \
	%reldir%/probe_gradient.c \
	%reldir%/remains.c \
	%reldir%/remains.h \
	%reldir%/trial.c \
	%reldir%/trial.h \
	%reldir%/trial_report.c
