# Without --with-fuzzer every target is a test that replays tests/fuzz/corpus/TARGET.
FUZZ_TARGETS = \
	%reldir%/fuzz_csv %reldir%/fuzz_expr %reldir%/fuzz_idx %reldir%/fuzz_npy \
	%reldir%/fuzz_safetensors %reldir%/fuzz_spec %reldir%/fuzz_yaml
noinst_PROGRAMS =
if FUZZER
noinst_PROGRAMS += $(FUZZ_TARGETS)
FUZZ_MAIN =
FUZZ_MUTATOR = %reldir%/mutate.c
# Plugins find the counters of the fuzzer in the program that opens them.
FUZZ_LINK = -fsanitize=fuzzer -rdynamic
else
check_PROGRAMS += $(FUZZ_TARGETS)
FUZZ_MAIN = %reldir%/replay.c
FUZZ_MUTATOR =
FUZZ_LINK =
endif
%canon_reldir%_fuzz_csv_SOURCES = %reldir%/fuzz_csv.c %reldir%/fuzz.c %reldir%/fuzz.h %reldir%/loader.c $(FUZZ_MAIN)
%canon_reldir%_fuzz_csv_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_csv_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_csv_LDADD = framework/libhost.la
%canon_reldir%_fuzz_expr_SOURCES = %reldir%/fuzz_expr.c %reldir%/fuzz.c %reldir%/fuzz.h $(FUZZ_MAIN)
%canon_reldir%_fuzz_expr_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_expr_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_expr_LDADD = framework/libhost.la
%canon_reldir%_fuzz_idx_SOURCES = %reldir%/fuzz_idx.c %reldir%/fuzz.c %reldir%/fuzz.h %reldir%/loader.c $(FUZZ_MAIN)
%canon_reldir%_fuzz_idx_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_idx_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_idx_LDADD = framework/libhost.la
%canon_reldir%_fuzz_npy_SOURCES = %reldir%/fuzz_npy.c %reldir%/fuzz.c %reldir%/fuzz.h %reldir%/loader.c $(FUZZ_MAIN)
%canon_reldir%_fuzz_npy_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_npy_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_npy_LDADD = framework/libhost.la
%canon_reldir%_fuzz_safetensors_SOURCES = %reldir%/fuzz_safetensors.c %reldir%/fuzz.c %reldir%/fuzz.h $(FUZZ_MAIN)
%canon_reldir%_fuzz_safetensors_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_safetensors_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_safetensors_LDADD = framework/libhost.la
%canon_reldir%_fuzz_spec_SOURCES = %reldir%/fuzz_spec.c %reldir%/fuzz.c %reldir%/fuzz.h \
	$(FUZZ_MAIN) $(FUZZ_MUTATOR)
%canon_reldir%_fuzz_spec_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_spec_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_spec_LDADD = framework/libhost.la
%canon_reldir%_fuzz_yaml_SOURCES = %reldir%/fuzz_yaml.c %reldir%/fuzz.c %reldir%/fuzz.h $(FUZZ_MAIN)
%canon_reldir%_fuzz_yaml_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_yaml_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_yaml_LDADD = framework/libhost.la
