framework_libhost_a_SOURCES += \
	%reldir%/call_limit.c \
	%reldir%/call_limit.h \
	%reldir%/decl.c \
	%reldir%/decl.h \
	%reldir%/dtype.c \
	%reldir%/dtype.h \
	%reldir%/guard.c \
	%reldir%/guard.h \
	%reldir%/instance.c \
	%reldir%/instance.h \
	%reldir%/instance_call.c \
	%reldir%/instance_grow.c \
	%reldir%/loader.c \
	%reldir%/loader.h \
	%reldir%/said.c \
	%reldir%/said.h \
	%reldir%/seat.c \
	%reldir%/seat.h \
	%reldir%/services.c \
	%reldir%/services.h \
	%reldir%/services_convolve.c \
	%reldir%/services_declare.c \
	%reldir%/services_file.c \
	%reldir%/services_ready.c \
	%reldir%/tensor.c \
	%reldir%/tensor.h
