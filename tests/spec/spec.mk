if HAVE_CHECK
check_PROGRAMS += %reldir%/test_expr
%canon_reldir%_test_expr_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_params
%canon_reldir%_test_params_CPPFLAGS = $(TEST_CPPFLAGS)
endif
