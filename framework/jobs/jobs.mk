framework_libhost_la_SOURCES += \
	%reldir%/load.c \
	%reldir%/load.h \
	%reldir%/stages.c \
	%reldir%/stages.h
