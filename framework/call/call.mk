framework_libhost_la_SOURCES += \
	%reldir%/call_limit.c \
	%reldir%/call_limit.h \
	%reldir%/guard.c \
	%reldir%/guard.h \
	%reldir%/instance.c \
	%reldir%/instance.h \
	%reldir%/services.c \
	%reldir%/services.h
