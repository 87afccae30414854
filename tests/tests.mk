# A test is one file FOLDER/test_NAME.c and two lines in FOLDER/FOLDER.mk.
TEST_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests $(CHECK_CFLAGS)

include tests/support/support.mk
include tests/base/base.mk
include tests/kernels/kernels.mk
include tests/text/text.mk
include tests/language/language.mk
include tests/pipeline/pipeline.mk
include tests/plugin/plugin.mk
include tests/call/call.mk
include tests/conformance/conformance.mk
include tests/frames/frames.mk
include tests/graph/graph.mk
include tests/plan/plan.mk
include tests/run/run.mk
include tests/train/train.mk
include tests/view/view.mk
include tests/jobs/jobs.mk
include tests/search/search.mk
include tests/report/report.mk
include tests/layers/layers.mk
include tests/losses/losses.mk
include tests/optimizers/optimizers.mk
include tests/regularizers/regularizers.mk
include tests/schedules/schedules.mk
include tests/initializers/initializers.mk
include tests/metrics/metrics.mk
include tests/loaders/loaders.mk
include tests/transforms/transforms.mk
include tests/estimators/estimators.mk
include tests/reports/reports.mk
include tests/backends/backends.mk
include tests/fuzz/fuzz.mk
include tests/faults/faults.mk
include tests/torture/torture.mk

dist_check_SCRIPTS += %reldir%/lint.sh %reldir%/headers.sh %reldir%/refused.sh %reldir%/docs.sh
dist_check_SCRIPTS += %reldir%/bits.sh %reldir%/datasets.sh %reldir%/json.sh %reldir%/kernels.sh
dist_check_SCRIPTS += %reldir%/init.sh %reldir%/search.sh %reldir%/estimators.sh
dist_check_SCRIPTS += %reldir%/docs_plugins.sh %reldir%/docs_pages.sh %reldir%/editor.sh
EXTRA_DIST += %reldir%/editor.mjs %reldir%/newcomer.sh
dist_check_SCRIPTS += %reldir%/stages.sh %reldir%/cli.sh %reldir%/pipelines.sh %reldir%/threads.sh \
	%reldir%/memory.sh %reldir%/resume.sh %reldir%/staged.sh %reldir%/rows.sh %reldir%/alone.sh %reldir%/splits.sh %reldir%/own_units.sh %reldir%/small_commands.sh %reldir%/cells.sh \
	%reldir%/explain.sh %reldir%/pictures.sh
dist_check_SCRIPTS += %reldir%/damage.sh %reldir%/torture.sh %reldir%/disk_full.sh %reldir%/safetensors.sh %reldir%/runs.sh %reldir%/limits.sh
EXTRA_DIST += %reldir%/train/safetensors.py $(patsubst $(srcdir)/%,%,$(wildcard $(srcdir)/%reldir%/run/old/*))
EXTRA_DIST += %reldir%/may_include %reldir%/lint_known %reldir%/valgrind %reldir%/valgrind.supp

dist_check_SCRIPTS += %reldir%/plugin_new.sh %reldir%/conformance.sh %reldir%/samples.sh %reldir%/abi.sh

# Where tests put their files, unless TMPDIR says it: in memory where that has a gigabyte left
# and programs may lie there, for most of what they wait for is a disk that keeps what they throw away.
check_DATA += %reldir%/tmpdir
CLEANFILES += %reldir%/tmpdir
%reldir%/tmpdir:
	@$(MKDIR_P) $(@D); d=/dev/shm; try=$$d/nnpipe-try-$$$$; \
	test "`df -Pk $$d 2>/dev/null | $(AWK) 'NR == 2 { print ($$4 > 1048576) }'`" = 1 && \
	  { echo '#!/bin/sh' >$$try && chmod 700 $$try && $$try; } 2>/dev/null || d=/tmp; \
	rm -f $$try; echo $$d >$@

# Scripts are longer, so they begin first.
TESTS = $(dist_check_SCRIPTS) $(check_PROGRAMS)
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
AM_LOG_DRIVER_FLAGS = --ignore-exit
AM_TESTS_ENVIRONMENT = \
	test "$$TMPDIR" || read -r TMPDIR <'$(abs_top_builddir)/%reldir%/tmpdir'; export TMPDIR; \
	NNPIPE_PLUGIN_PATH='$(abs_top_builddir)/plugins'; export NNPIPE_PLUGIN_PATH; \
	NNT_BAD_PLUGINS='$(abs_top_builddir)/tests/plugin/bad'; export NNT_BAD_PLUGINS; \
	NNPIPE='$(abs_top_builddir)/nnpipe'; export NNPIPE; \
	CC='$(CC)'; export CC; \
	CHECK_FOUND='$(CHECK_LIBS)'; CHECK_CFLAGS='$(CHECK_CFLAGS)'; export CHECK_FOUND CHECK_CFLAGS; \
	CK_DEFAULT_TIMEOUT=60; export CK_DEFAULT_TIMEOUT; \
	CK_TAP_LOG_FILE_NAME=-; export CK_TAP_LOG_FILE_NAME; CK_SILENT=1;

# Pipelines to the figure that they say they reach: minutes each, and real data if there are any.
EXTRA_DIST += %reldir%/pipelines_slow.sh
check-slow: all
	$(AM_TESTS_ENVIRONMENT) srcdir='$(srcdir)' $(SHELL) '$(srcdir)/%reldir%/pipelines.sh' --all
	$(AM_TESTS_ENVIRONMENT) srcdir='$(srcdir)' $(SHELL) '$(srcdir)/%reldir%/pipelines_slow.sh'
	$(AM_TESTS_ENVIRONMENT) srcdir='$(srcdir)' $(SHELL) '$(srcdir)/%reldir%/search.sh' --all
.PHONY: check-slow

# The pages of docs/plugins/, from the tables of the plugins that are built here.
docs-plugins: all
	$(AM_V_GEN)$(AM_TESTS_ENVIRONMENT) srcdir='$(srcdir)' \
		$(SHELL) '$(srcdir)/%reldir%/docs_plugins.sh' --write
.PHONY: docs-plugins

# docs/pipelines.md, docs/keys.md and CHANGELOG.md, from the comments of pipelines/, the tables
# of the language and docs/changes/.
docs-pages: all
	$(AM_V_GEN)$(AM_TESTS_ENVIRONMENT) srcdir='$(srcdir)' $(SHELL) '$(srcdir)/%reldir%/docs_pages.sh' --write
.PHONY: docs-pages
