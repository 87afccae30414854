# Without --with-fuzzer every target is a test that replays tests/fuzz/corpus/TARGET.
FUZZ_TARGETS = \
	%reldir%/fuzz_cifar10 %reldir%/fuzz_csv %reldir%/fuzz_estimators %reldir%/fuzz_expr %reldir%/fuzz_given %reldir%/fuzz_glyphs \
	%reldir%/fuzz_idx %reldir%/fuzz_json %reldir%/fuzz_mnist %reldir%/fuzz_npy %reldir%/fuzz_random \
	%reldir%/fuzz_safetensors %reldir%/fuzz_scan %reldir%/fuzz_search %reldir%/fuzz_set \
	%reldir%/fuzz_spec %reldir%/fuzz_table %reldir%/fuzz_toy %reldir%/fuzz_yaml
if HAVE_IMAGES
FUZZ_TARGETS += %reldir%/fuzz_images
endif
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
FUZZ_COMMON = %reldir%/fuzz.c %reldir%/fuzz.h $(FUZZ_MAIN)
%canon_reldir%_fuzz_cifar10_SOURCES = %reldir%/fuzz_cifar10.c %reldir%/loader.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_cifar10_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_cifar10_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_cifar10_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_csv_SOURCES = %reldir%/fuzz_csv.c %reldir%/loader.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_csv_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_csv_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_csv_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_estimators_SOURCES = %reldir%/fuzz_estimators.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_estimators_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_estimators_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_estimators_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_expr_SOURCES = %reldir%/fuzz_expr.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_expr_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_expr_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_expr_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_given_SOURCES = %reldir%/fuzz_given.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_given_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_given_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_given_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_glyphs_SOURCES = %reldir%/fuzz_glyphs.c %reldir%/loader.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_glyphs_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_glyphs_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_glyphs_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_idx_SOURCES = %reldir%/fuzz_idx.c %reldir%/loader.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_idx_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_idx_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_idx_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_json_SOURCES = %reldir%/fuzz_json.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_json_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_json_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_json_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_images_SOURCES = %reldir%/fuzz_images.c %reldir%/loader.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_images_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_images_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_images_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_mnist_SOURCES = %reldir%/fuzz_mnist.c %reldir%/loader.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_mnist_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_mnist_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_mnist_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_npy_SOURCES = %reldir%/fuzz_npy.c %reldir%/loader.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_npy_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_npy_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_npy_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_random_SOURCES = %reldir%/fuzz_random.c %reldir%/loader.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_random_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_random_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_random_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_safetensors_SOURCES = %reldir%/fuzz_safetensors.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_safetensors_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_safetensors_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_safetensors_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_scan_SOURCES = %reldir%/fuzz_scan.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_scan_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_scan_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_scan_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_search_SOURCES = %reldir%/fuzz_search.c %reldir%/resolve.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_search_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_search_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_search_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_set_SOURCES = %reldir%/fuzz_set.c %reldir%/resolve.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_set_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_set_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_set_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_spec_SOURCES = %reldir%/fuzz_spec.c %reldir%/resolve.c $(FUZZ_COMMON) $(FUZZ_MUTATOR)
%canon_reldir%_fuzz_spec_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_spec_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_spec_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_table_SOURCES = %reldir%/fuzz_table.c %reldir%/loader.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_table_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_table_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_table_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_toy_SOURCES = %reldir%/fuzz_toy.c %reldir%/loader.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_toy_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_toy_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_toy_LDADD = $(HOST_LIBS)
%canon_reldir%_fuzz_yaml_SOURCES = %reldir%/fuzz_yaml.c $(FUZZ_COMMON)
%canon_reldir%_fuzz_yaml_CPPFLAGS = $(HOST_CPPFLAGS) -I$(top_srcdir)/tests
%canon_reldir%_fuzz_yaml_LDFLAGS = $(SAN_FLAGS) $(COV_FLAGS) $(FUZZ_LINK)
%canon_reldir%_fuzz_yaml_LDADD = $(HOST_LIBS)
