if HAVE_CHECK
check_PROGRAMS += %reldir%/test_bce
%canon_reldir%_test_bce_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_hinge
%canon_reldir%_test_hinge_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_huber
%canon_reldir%_test_huber_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_mae
%canon_reldir%_test_mae_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_mse
%canon_reldir%_test_mse_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_perceptron
%canon_reldir%_test_perceptron_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_ssim
%canon_reldir%_test_ssim_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_xent
%canon_reldir%_test_xent_CPPFLAGS = $(TEST_CPPFLAGS)
endif
