framework_libhost_a_SOURCES += \
	%reldir%/merge_keys.c \
	%reldir%/merge_keys.h \
	%reldir%/source.c \
	%reldir%/source.h \
	%reldir%/tree.c \
	%reldir%/tree.h \
	%reldir%/tree_json.c \
	%reldir%/tree_print.c \
	%reldir%/tree_typing.c \
	%reldir%/tree_yaml.c \
	%reldir%/yaml_errors.c \
	%reldir%/yaml_errors.h
