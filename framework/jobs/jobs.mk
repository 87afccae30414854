framework_libhost_a_SOURCES += \
	%reldir%/job.c \
	%reldir%/job.h \
	%reldir%/jobs.c \
	%reldir%/jobs.h \
	%reldir%/load.c \
	%reldir%/load.h \
	%reldir%/pack.c \
	%reldir%/pack.h \
	%reldir%/say.c \
	%reldir%/say.h \
	%reldir%/stages.c \
	%reldir%/stages.h
