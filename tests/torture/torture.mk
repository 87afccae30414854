# Built as a plugin would be, loaded with LD_PRELOAD; without glibc it cannot be, and torture.sh skips.
check_DATA += %reldir%/torture.stamp
CLEANFILES += %reldir%/torture.so %reldir%/torture.stamp
EXTRA_DIST += %reldir%/torture.c %reldir%/kill.py
%reldir%/torture.stamp: %reldir%/torture.c
	@$(MKDIR_P) %reldir%
	$(AM_V_CCLD)$(CC) -O1 -g -fPIC -shared -o %reldir%/torture.so $< -ldl 2>%reldir%/torture.log || \
	  rm -f %reldir%/torture.so
	@rm -f %reldir%/torture.log; touch $@

# All of it, some minutes: every failure once, every byte of the weights, a hundred killed trainings.
check-torture: check-torture-programs
	NNPIPE=$(abs_top_builddir)/nnpipe NNPIPE_PLUGIN_PATH=$(abs_top_builddir)/plugins \
	srcdir=$(srcdir) TORTURE=1 sh $(srcdir)/tests/torture.sh
	NNPIPE=$(abs_top_builddir)/nnpipe NNPIPE_PLUGIN_PATH=$(abs_top_builddir)/plugins \
	srcdir=$(srcdir) STEP=1 sh $(srcdir)/tests/damage.sh
	NNPIPE_PLUGIN_PATH=$(abs_top_builddir)/plugins python3 $(srcdir)/%reldir%/kill.py \
	$(abs_top_builddir)/nnpipe 100
check-torture-programs: all $(check_DATA)
.PHONY: check-torture check-torture-programs
