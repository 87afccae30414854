if HAVE_CHECK
check_PROGRAMS += %reldir%/test_boundary
%canon_reldir%_test_boundary_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_compare
%canon_reldir%_test_compare_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_confusion
%canon_reldir%_test_confusion_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_curves
%canon_reldir%_test_curves_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_truth_table
%canon_reldir%_test_truth_table_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_filters
%canon_reldir%_test_filters_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_grid
%canon_reldir%_test_grid_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_activation_max
%canon_reldir%_test_activation_max_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_codes2d
%canon_reldir%_test_codes2d_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_neighbours
%canon_reldir%_test_neighbours_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_histogram
%canon_reldir%_test_histogram_CPPFLAGS = $(TEST_CPPFLAGS)
endif
EXTRA_DIST += %reldir%/fake.h
