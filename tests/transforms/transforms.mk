if HAVE_CHECK
check_PROGRAMS += %reldir%/test_mask_random
%canon_reldir%_test_mask_random_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_noise_gauss
%canon_reldir%_test_noise_gauss_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_noise_salt_pepper
%canon_reldir%_test_noise_salt_pepper_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_one_hot
%canon_reldir%_test_one_hot_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_scale
%canon_reldir%_test_scale_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_standardize
%canon_reldir%_test_standardize_CPPFLAGS = $(TEST_CPPFLAGS)
endif
