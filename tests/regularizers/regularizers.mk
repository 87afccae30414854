if HAVE_CHECK
check_PROGRAMS += %reldir%/test_elastic
%canon_reldir%_test_elastic_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_kl_sparse
%canon_reldir%_test_kl_sparse_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_l1
%canon_reldir%_test_l1_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_l2
%canon_reldir%_test_l2_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_max_norm
%canon_reldir%_test_max_norm_CPPFLAGS = $(TEST_CPPFLAGS)
endif
