bin_PROGRAMS += nnpipe
nnpipe_CPPFLAGS = $(HOST_CPPFLAGS)
nnpipe_LDADD = $(HOST_LIBS)
nnpipe_SOURCES = \
	%reldir%/bench.c \
	%reldir%/check.c \
	%reldir%/command.h \
	%reldir%/commands.c \
	%reldir%/completion.c \
	%reldir%/crash.c \
	%reldir%/crash.h \
	%reldir%/csv_cell.c \
	%reldir%/csv_cell.h \
	%reldir%/data.c \
	%reldir%/describe.c \
	%reldir%/describe.h \
	%reldir%/describe_formula.c \
	%reldir%/describe_formula.h \
	%reldir%/environment.c \
	%reldir%/environment.h \
	%reldir%/eval.c \
	%reldir%/explain.c \
	%reldir%/finish.c \
	%reldir%/gradcheck.c \
	%reldir%/help.c \
	%reldir%/help.h \
	%reldir%/home.c \
	%reldir%/home.h \
	%reldir%/import.c \
	%reldir%/init.c \
	%reldir%/init_table.c \
	%reldir%/init_table.h \
	%reldir%/inspect.c \
	%reldir%/main.c \
	%reldir%/manual.c \
	%reldir%/options.c \
	%reldir%/pack.c \
	%reldir%/plugin_info.c \
	%reldir%/plugin_list.c \
	%reldir%/plugin_plot.c \
	%reldir%/plugin_plot.h \
	%reldir%/plugin_new.c \
	%reldir%/plugin_test.c \
	%reldir%/predict.c \
	%reldir%/predict_lines.c \
	%reldir%/predict_lines.h \
	%reldir%/predict_out.c \
	%reldir%/predict_out.h \
	%reldir%/record.c \
	%reldir%/record.h \
	%reldir%/run.c \
	%reldir%/run_ends.c \
	%reldir%/run_ends.h \
	%reldir%/runs.c \
	%reldir%/runs_diff.c \
	%reldir%/schema/schema.c \
	%reldir%/schema/schema.h \
	%reldir%/schema/schema_page.c \
	%reldir%/schema/schema_param.c \
	%reldir%/schema/schema_words.c \
	%reldir%/search.c \
	%reldir%/search.h \
	%reldir%/show.c \
	%reldir%/show_io.c \
	%reldir%/show_io.h \
	%reldir%/skeleton.c \
	%reldir%/skeleton.h \
	%reldir%/stop.c \
	%reldir%/stop.h \
	%reldir%/test_params.c \
	%reldir%/test_params.h

# The files of new plugins and pipelines, as strings in the program.
SKELETONS = \
	%reldir%/skeletons/Makefile.in %reldir%/skeletons/README.md.in \
	%reldir%/skeletons/pipeline.yaml.in %reldir%/skeletons/nnpipe.rs.in \
	%reldir%/skeletons/table.yaml.in \
	%reldir%/skeletons/backend.c.in %reldir%/skeletons/estimator.c.in \
	%reldir%/skeletons/initializer.c.in \
	%reldir%/skeletons/layer.c.in %reldir%/skeletons/layer.rs.in %reldir%/skeletons/loss.rs.in \
	%reldir%/skeletons/metric.rs.in %reldir%/skeletons/optimizer.rs.in \
	%reldir%/skeletons/loader.c.in %reldir%/skeletons/loss.c.in \
	%reldir%/skeletons/metric.c.in %reldir%/skeletons/optimizer.c.in \
	%reldir%/skeletons/regularizer.c.in %reldir%/skeletons/report.c.in \
	%reldir%/skeletons/sampler.c.in %reldir%/skeletons/pruner.c.in \
	%reldir%/skeletons/schedule.c.in %reldir%/skeletons/transform.c.in
TEMPLATES = $(patsubst %,pipelines/%.yaml,xor spiral glyphs_codes glyphs_conv) datasets/toy/points.csv
EXTRA_DIST += $(SKELETONS) %reldir%/embed.awk
nodist_nnpipe_SOURCES = %reldir%/skeletons.c
CLEANFILES += %reldir%/skeletons.c
%reldir%/skeletons.c: $(SKELETONS) $(TEMPLATES) %reldir%/embed.awk
	$(AM_V_GEN)$(MKDIR_P) %reldir% && \
	LC_ALL=C $(AWK) -f $(srcdir)/%reldir%/embed.awk $(addprefix $(srcdir)/,$(SKELETONS) $(TEMPLATES)) >$@-t && mv $@-t $@
