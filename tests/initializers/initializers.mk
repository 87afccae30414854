if HAVE_CHECK
check_PROGRAMS += %reldir%/test_constant
%canon_reldir%_test_constant_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_glorot
%canon_reldir%_test_glorot_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_he
%canon_reldir%_test_he_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_lecun
%canon_reldir%_test_lecun_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_normal
%canon_reldir%_test_normal_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_orthogonal
%canon_reldir%_test_orthogonal_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_sparse
%canon_reldir%_test_sparse_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_uniform
%canon_reldir%_test_uniform_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_values
%canon_reldir%_test_values_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_zeros
%canon_reldir%_test_zeros_CPPFLAGS = $(TEST_CPPFLAGS)
endif
