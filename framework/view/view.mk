framework_libhost_la_SOURCES += \
	%reldir%/results.c \
	%reldir%/results.h \
	%reldir%/results_page.c \
	%reldir%/runfolder.c \
	%reldir%/runfolder.h \
	%reldir%/view.c \
	%reldir%/view.h \
	%reldir%/view_page.c \
	%reldir%/view_results.c \
	%reldir%/view_run.c
