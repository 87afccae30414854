framework_libhost_a_SOURCES += \
	%reldir%/draw.c \
	%reldir%/draw.h \
	%reldir%/draw_units.c \
	%reldir%/ends.c \
	%reldir%/ends.h \
	%reldir%/environment.c \
	%reldir%/environment.h \
	%reldir%/gather.c \
	%reldir%/gather.h \
	%reldir%/offer.h \
	%reldir%/offer_results.c \
	%reldir%/offer_run.c \
	%reldir%/parts.c \
	%reldir%/parts.h \
	%reldir%/reports.c \
	%reldir%/reports.h \
	%reldir%/results.c \
	%reldir%/results.h \
	%reldir%/runfolder.c \
	%reldir%/runfolder.h \
	%reldir%/streams.c \
	%reldir%/streams.h \
	%reldir%/view.c \
	%reldir%/view.h
