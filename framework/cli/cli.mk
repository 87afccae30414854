bin_PROGRAMS += nnpipe
nnpipe_CPPFLAGS = $(HOST_CPPFLAGS)
nnpipe_LDFLAGS =
nnpipe_LDADD = framework/libhost.la
nnpipe_SOURCES = \
	%reldir%/main.c %reldir%/command.h %reldir%/options.c %reldir%/common.c \
	%reldir%/commands.c %reldir%/pipeline.c %reldir%/pipeline.h %reldir%/run.c \
	%reldir%/check.c %reldir%/show.c %reldir%/draw.c %reldir%/draw.h %reldir%/eval.c \
	%reldir%/predict.c %reldir%/rows.c %reldir%/rows.h
nnpipe_SOURCES += %reldir%/crash.c %reldir%/crash.h
nnpipe_SOURCES += %reldir%/json.c %reldir%/json.h %reldir%/describe.c %reldir%/describe.h
nnpipe_SOURCES += %reldir%/plugin_list.c %reldir%/plugin_info.c
nnpipe_SOURCES += %reldir%/schema.c %reldir%/schema.h %reldir%/schema_param.c \
	%reldir%/schema_words.c
nnpipe_SOURCES += %reldir%/plugin_test.c %reldir%/guess.c %reldir%/guess.h
