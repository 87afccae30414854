framework_libhost_la_SOURCES += \
	%reldir%/arena.c \
	%reldir%/arena.h \
	%reldir%/clock.c \
	%reldir%/clock.h \
	%reldir%/diag.c \
	%reldir%/diag.h \
	%reldir%/diag_render.c \
	%reldir%/fsio.c \
	%reldir%/fsio.h \
	%reldir%/fsio_gz.c \
	%reldir%/json.c \
	%reldir%/json.h \
	%reldir%/png.c \
	%reldir%/png.h \
	%reldir%/pool.c \
	%reldir%/pool.h \
	%reldir%/rng.c \
	%reldir%/rng.h \
	%reldir%/sha256.c \
	%reldir%/sha256.h \
	%reldir%/split.c \
	%reldir%/split.h \
	%reldir%/strbuf.c \
	%reldir%/strbuf.h \
	%reldir%/thread.c \
	%reldir%/thread.h
