framework_libhost_la_SOURCES += \
	framework/report/report.c framework/report/report.h
framework_libhost_la_SOURCES += \
	framework/report/page.c framework/report/page_curves.c framework/report/page_trainings.c \
	framework/report/page.h
