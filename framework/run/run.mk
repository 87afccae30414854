framework_libhost_la_SOURCES += \
	framework/run/session.c framework/run/session.h framework/run/weights.c \
	framework/run/step.c framework/run/update.c framework/run/health.c \
	framework/run/feed.c framework/run/feed.h \
	framework/run/safetensors.c framework/run/safetensors.h
