# The host: one convenience library plus main, so that the tests link the same objects.
nnpincludedir = $(includedir)/nnpipe
nnpinclude_HEADERS = \
	%reldir%/include/nnpipe/asha.h \
	%reldir%/include/nnpipe/backend.h \
	%reldir%/include/nnpipe/cells.h \
	%reldir%/include/nnpipe/cells_choice.h \
	%reldir%/include/nnpipe/chart.h \
	%reldir%/include/nnpipe/classes.h \
	%reldir%/include/nnpipe/columns.h \
	%reldir%/include/nnpipe/convolve.h \
	%reldir%/include/nnpipe/counts.h \
	%reldir%/include/nnpipe/csv.h \
	%reldir%/include/nnpipe/data.h \
	%reldir%/include/nnpipe/dates.h \
	%reldir%/include/nnpipe/draw.h \
	%reldir%/include/nnpipe/eigen.h \
	%reldir%/include/nnpipe/fast.h \
	%reldir%/include/nnpipe/field.h \
	%reldir%/include/nnpipe/files.h \
	%reldir%/include/nnpipe/folders.h \
	%reldir%/include/nnpipe/formula.h \
	%reldir%/include/nnpipe/image.h \
	%reldir%/include/nnpipe/inline.h \
	%reldir%/include/nnpipe/inputs.h \
	%reldir%/include/nnpipe/kernel.h \
	%reldir%/include/nnpipe/labels.h \
	%reldir%/include/nnpipe/lbfgs.h \
	%reldir%/include/nnpipe/loss.h \
	%reldir%/include/nnpipe/math.h \
	%reldir%/include/nnpipe/npy.h \
	%reldir%/include/nnpipe/pairs.h \
	%reldir%/include/nnpipe/parzen.h \
	%reldir%/include/nnpipe/penalty.h \
	%reldir%/include/nnpipe/pixels.h \
	%reldir%/include/nnpipe/plugin.h \
	%reldir%/include/nnpipe/raster.h \
	%reldir%/include/nnpipe/report.h \
	%reldir%/include/nnpipe/search.h \
	%reldir%/include/nnpipe/smo.h \
	%reldir%/include/nnpipe/sobol.h \
	%reldir%/include/nnpipe/svg.h \
	%reldir%/include/nnpipe/table.h \
	%reldir%/include/nnpipe/table_cells.h \
	%reldir%/include/nnpipe/table_learn.h \
	%reldir%/include/nnpipe/target.h \
	%reldir%/include/nnpipe/table_rows.h \
	%reldir%/include/nnpipe/tree.h \
	%reldir%/include/nnpipe/warmup.h \
	%reldir%/include/nnpipe/window.h \
	%reldir%/include/nnpipe/words.h

# Position independent, so that a shared library may hold it too.
noinst_LIBRARIES += %reldir%/libhost.a
HOST_LIBS = %reldir%/libhost.a $(YAML_LIBS) $(ZLIB_LIBS) $(DEFLATE_LIBS)
%canon_reldir%_libhost_a_CPPFLAGS = $(HOST_CPPFLAGS) $(YAML_CFLAGS) $(ZLIB_CFLAGS) $(DEFLATE_CFLAGS)
%canon_reldir%_libhost_a_CFLAGS = $(AM_CFLAGS) -fPIC
%canon_reldir%_libhost_a_SOURCES =
include framework/base/base.mk
include framework/kernels/kernels.mk
include framework/text/text.mk
include framework/plugin/plugin.mk
include framework/call/call.mk
include framework/conformance/conformance.mk
include framework/language/language.mk
include framework/pipeline/pipeline.mk
include framework/graph/graph.mk
include framework/plan/plan.mk
include framework/frames/frames.mk
include framework/report/report.mk
include framework/run/run.mk
include framework/rows/rows.mk
include framework/train/train.mk
include framework/view/view.mk
include framework/explain/explain.mk
include framework/jobs/jobs.mk
include framework/search/search.mk

include framework/cli/cli.mk
