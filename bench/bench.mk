# nnpipe beside PyTorch: results/*.json and the table in README.md. BENCH="w1 w3" picks workloads.
.PHONY: bench
bench: all
	python3 $(srcdir)/bench/run.py --build . $(BENCH)
