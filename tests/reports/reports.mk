if HAVE_CHECK
check_PROGRAMS += %reldir%/test_boundary
%canon_reldir%_test_boundary_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_compare
%canon_reldir%_test_compare_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_curves
%canon_reldir%_test_curves_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_truth_table
%canon_reldir%_test_truth_table_CPPFLAGS = $(TEST_CPPFLAGS)
endif
EXTRA_DIST += %reldir%/fake.h
