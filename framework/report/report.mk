framework_libhost_la_SOURCES += \
	framework/report/report.c framework/report/report.h
