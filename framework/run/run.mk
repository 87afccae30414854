framework_libhost_la_SOURCES += \
	framework/run/cache.c framework/run/cache.h \
	framework/run/results.c framework/run/results.h framework/run/results_page.c \
	framework/run/session.c framework/run/session.h framework/run/weights.c \
	framework/run/step.c framework/run/update.c framework/run/health.c \
	framework/run/feed.c framework/run/feed.h framework/run/given.c framework/run/given.h \
	framework/run/safetensors.c framework/run/safetensors.h
framework_libhost_la_SOURCES += \
	framework/run/checkpoint.c framework/run/checkpoint.h \
	framework/run/state.c framework/run/state.h \
	framework/run/recover.c framework/run/recover.h \
	framework/run/trainer.c framework/run/trainer.h framework/run/history.c \
	framework/run/evaluate.c framework/run/fit.c framework/run/weightfile.c \
	framework/run/whole.c framework/run/whole.h
framework_libhost_la_SOURCES += \
	framework/run/runfolder.c framework/run/runfolder.h \
	framework/run/view.c framework/run/view.h \
	framework/run/view_page.c framework/run/view_run.c framework/run/view_results.c
framework_libhost_la_SOURCES += framework/run/bench.c framework/run/bench.h
