framework_libhost_a_SOURCES += \
	%reldir%/page.c \
	%reldir%/page.h \
	%reldir%/page_curves.c \
	%reldir%/page_trainings.c \
	%reldir%/report.c \
	%reldir%/report.h
