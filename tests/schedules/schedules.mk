if HAVE_CHECK
check_PROGRAMS += %reldir%/test_constant
%canon_reldir%_test_constant_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_cosine
%canon_reldir%_test_cosine_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_exponential
%canon_reldir%_test_exponential_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_linear
%canon_reldir%_test_linear_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_one_cycle
%canon_reldir%_test_one_cycle_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_plateau
%canon_reldir%_test_plateau_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_step
%canon_reldir%_test_step_CPPFLAGS = $(TEST_CPPFLAGS)
endif
