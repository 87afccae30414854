framework_libhost_la_SOURCES += \
	%reldir%/frames.c \
	%reldir%/frames.h
