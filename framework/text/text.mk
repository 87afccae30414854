framework_libhost_la_SOURCES += \
	%reldir%/merge_keys.c \
	%reldir%/merge_keys.h \
	%reldir%/print.c \
	%reldir%/source.c \
	%reldir%/source.h \
	%reldir%/tree.c \
	%reldir%/tree.h \
	%reldir%/typing.c \
	%reldir%/yaml.c \
	%reldir%/yaml_errors.c \
	%reldir%/yaml_errors.h
