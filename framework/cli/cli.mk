bin_PROGRAMS += nnpipe
nnpipe_CPPFLAGS = $(HOST_CPPFLAGS)
nnpipe_LDFLAGS =
nnpipe_LDADD = framework/libhost.la
nnpipe_SOURCES = \
	%reldir%/main.c %reldir%/command.h %reldir%/options.c %reldir%/common.c \
	%reldir%/commands.c %reldir%/pipeline.c %reldir%/pipeline.h %reldir%/run.c \
	%reldir%/check.c %reldir%/show.c %reldir%/draw.c %reldir%/draw.h %reldir%/eval.c \
	%reldir%/predict.c %reldir%/rows.c %reldir%/rows.h %reldir%/rows_csv.c \
	%reldir%/rows_json.c %reldir%/rows_npy.c
nnpipe_SOURCES += %reldir%/runs.c %reldir%/runs_diff.c %reldir%/record.c %reldir%/record.h
nnpipe_SOURCES += %reldir%/crash.c %reldir%/crash.h
nnpipe_SOURCES += %reldir%/bench.c %reldir%/memory.c %reldir%/memory.h
nnpipe_SOURCES += %reldir%/json.c %reldir%/json.h %reldir%/describe.c %reldir%/describe.h
nnpipe_SOURCES += %reldir%/plugin_list.c %reldir%/plugin_info.c
nnpipe_SOURCES += %reldir%/schema.c %reldir%/schema.h %reldir%/schema_param.c \
	%reldir%/schema_words.c
nnpipe_SOURCES += %reldir%/plugin_test.c %reldir%/guess.c %reldir%/guess.h
nnpipe_SOURCES += %reldir%/run.h %reldir%/staged.c %reldir%/pipelines.c
nnpipe_SOURCES += %reldir%/plugin_new.c %reldir%/skeleton.h

# The files of new plugins, as strings in the program.
SKELETONS = \
	%reldir%/skeletons/Makefile.in %reldir%/skeletons/README.md.in \
	%reldir%/skeletons/pipeline.yaml.in %reldir%/skeletons/nnpipe.rs.in \
	%reldir%/skeletons/backend.c.in %reldir%/skeletons/estimator.c.in \
	%reldir%/skeletons/initializer.c.in \
	%reldir%/skeletons/layer.c.in %reldir%/skeletons/layer.rs.in %reldir%/skeletons/loss.rs.in \
	%reldir%/skeletons/metric.rs.in %reldir%/skeletons/optimizer.rs.in \
	%reldir%/skeletons/loader.c.in %reldir%/skeletons/loss.c.in \
	%reldir%/skeletons/metric.c.in %reldir%/skeletons/optimizer.c.in \
	%reldir%/skeletons/regularizer.c.in %reldir%/skeletons/report.c.in \
	%reldir%/skeletons/schedule.c.in %reldir%/skeletons/transform.c.in
EXTRA_DIST += $(SKELETONS) %reldir%/embed.awk
nodist_nnpipe_SOURCES = %reldir%/skeletons.c
CLEANFILES += %reldir%/skeletons.c
%reldir%/skeletons.c: $(SKELETONS) %reldir%/embed.awk
	$(AM_V_GEN)$(MKDIR_P) %reldir% && \
	LC_ALL=C $(AWK) -f $(srcdir)/%reldir%/embed.awk $(addprefix $(srcdir)/,$(SKELETONS)) >$@-t && mv $@-t $@
