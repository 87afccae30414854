framework_libhost_a_SOURCES += \
	%reldir%/all_rows.c \
	%reldir%/all_rows.h \
	%reldir%/bench.c \
	%reldir%/bench.h \
	%reldir%/feed.c \
	%reldir%/feed.h \
	%reldir%/feed_ahead.c \
	%reldir%/feed_ahead.h \
	%reldir%/feed_rows.c \
	%reldir%/feed_rows.h \
	%reldir%/given_rows.c \
	%reldir%/given_rows.h \
	%reldir%/health.c \
	%reldir%/health.h \
	%reldir%/initial.c \
	%reldir%/initial.h \
	%reldir%/peak.c \
	%reldir%/peak.h \
	%reldir%/session.h \
	%reldir%/session_open.c \
	%reldir%/stage_input.c \
	%reldir%/stage_input.h \
	%reldir%/stage_input_fill.c \
	%reldir%/step.c \
	%reldir%/step.h \
	%reldir%/update.c \
	%reldir%/update.h
