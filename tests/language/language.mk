if HAVE_CHECK
check_PROGRAMS += %reldir%/test_grammar
%canon_reldir%_test_grammar_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_expr %reldir%/test_merge %reldir%/test_params
check_PROGRAMS += %reldir%/test_names
%canon_reldir%_test_names_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_pattern %reldir%/test_vars %reldir%/test_written
%canon_reldir%_test_expr_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_merge_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_params_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_pattern_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_vars_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_written_CPPFLAGS = $(TEST_CPPFLAGS)
endif
