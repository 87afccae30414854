framework_libhost_la_SOURCES += \
	framework/text/source.c framework/text/source.h \
	framework/text/tree.c framework/text/tree.h \
	framework/text/typing.c framework/text/print.c framework/text/yaml.c \
	framework/text/pairs.c framework/text/pairs.h \
	framework/text/words.c framework/text/words.h
