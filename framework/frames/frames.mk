framework_libhost_a_SOURCES += \
	%reldir%/bind.c \
	%reldir%/bind.h \
	%reldir%/chain.c \
	%reldir%/chain.h \
	%reldir%/frames.c \
	%reldir%/frames.h \
	%reldir%/once.c \
	%reldir%/once.h \
	%reldir%/weights.c \
	%reldir%/weights.h
