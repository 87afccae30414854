framework_libhost_a_SOURCES += \
	%reldir%/backward_lines.c \
	%reldir%/backward_lines.h \
	%reldir%/capture.c \
	%reldir%/capture.h \
	%reldir%/error_lines.c \
	%reldir%/error_lines.h \
	%reldir%/explain.c \
	%reldir%/explain.h \
	%reldir%/forward_lines.c \
	%reldir%/forward_lines.h \
	%reldir%/maker.c \
	%reldir%/maker.h \
	%reldir%/ranks.c \
	%reldir%/ranks.h \
	%reldir%/gradcheck.c \
	%reldir%/gradcheck.h \
	%reldir%/slopes.c \
	%reldir%/slopes.h \
	%reldir%/sheet.c \
	%reldir%/sheet.h \
	%reldir%/units.c \
	%reldir%/units.h \
	%reldir%/update_lines.c \
	%reldir%/update_lines.h
