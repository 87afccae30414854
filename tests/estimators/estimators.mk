if HAVE_CHECK
check_PROGRAMS += %reldir%/test_eigen
%canon_reldir%_test_eigen_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_lbfgs
%canon_reldir%_test_lbfgs_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_kmeans
%canon_reldir%_test_kmeans_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_pca
%canon_reldir%_test_pca_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_target
%canon_reldir%_test_target_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_svm
%canon_reldir%_test_svm_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_ridge
%canon_reldir%_test_ridge_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_boosting
%canon_reldir%_test_boosting_CPPFLAGS = $(TEST_CPPFLAGS)
endif
