if HAVE_CHECK
check_PROGRAMS += %reldir%/test_accuracy
%canon_reldir%_test_accuracy_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_clusters
%canon_reldir%_test_clusters_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_confusion
%canon_reldir%_test_confusion_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_mae
%canon_reldir%_test_mae_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_mse
%canon_reldir%_test_mse_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_perplexity
%canon_reldir%_test_perplexity_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_psnr
%canon_reldir%_test_psnr_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_sqerr
%canon_reldir%_test_sqerr_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_top_k
%canon_reldir%_test_top_k_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_auc
%canon_reldir%_test_auc_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_precision
%canon_reldir%_test_precision_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_r2
%canon_reldir%_test_r2_CPPFLAGS = $(TEST_CPPFLAGS)
endif
