framework_libhost_a_SOURCES += \
	%reldir%/frames.c \
	%reldir%/frames.h
