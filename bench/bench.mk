# nnpipe beside PyTorch: results/*.json and the table in README.md. BENCH="w1 w3" picks workloads.
.PHONY: bench
bench: all
	python3 $(srcdir)/bench/run.py --build . $(BENCH)

# Every set of kernels beside the next narrower one, on twelve shapes; fails where one is slower.
EXTRA_PROGRAMS = %reldir%/kernels
%canon_reldir%_kernels_CPPFLAGS = $(HOST_CPPFLAGS)
%canon_reldir%_kernels_LDADD = $(HOST_LIBS)
.PHONY: bench-kernels
bench-kernels: %reldir%/kernels$(EXEEXT)
	%reldir%/kernels$(EXEEXT)
