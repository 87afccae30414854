if HAVE_CHECK
check_PROGRAMS += %reldir%/test_expr
%canon_reldir%_test_expr_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_params
%canon_reldir%_test_params_CPPFLAGS = $(TEST_CPPFLAGS)
endif
if HAVE_CHECK
check_PROGRAMS += %reldir%/test_data %reldir%/test_merge %reldir%/test_spec
check_PROGRAMS += %reldir%/test_split_rows %reldir%/test_vars
%canon_reldir%_test_data_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_merge_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_spec_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_split_rows_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_vars_CPPFLAGS = $(TEST_CPPFLAGS)
endif
EXTRA_DIST += %reldir%/reading.h
