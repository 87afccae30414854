framework_libhost_a_SOURCES += \
	%reldir%/component.c \
	%reldir%/component.h \
	%reldir%/discover.c \
	%reldir%/discover.h \
	%reldir%/dso.c \
	%reldir%/dso.h \
	%reldir%/kinds.c \
	%reldir%/kinds.h \
	%reldir%/point.c \
	%reldir%/point.h \
	%reldir%/range.c \
	%reldir%/range.h \
	%reldir%/registry.c \
	%reldir%/registry.h \
	%reldir%/scan.c \
	%reldir%/scan.h \
	%reldir%/synonyms.c \
	%reldir%/synonyms.h \
	%reldir%/surroundings.c \
	%reldir%/surroundings.h \
	%reldir%/trust.c \
	%reldir%/trust.h \
	%reldir%/validate.c \
	%reldir%/validate.h \
	%reldir%/validate_param.c
