if HAVE_CHECK
check_PROGRAMS += %reldir%/test_crop
%canon_reldir%_test_crop_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_flip
%canon_reldir%_test_flip_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_grey
%canon_reldir%_test_grey_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_mask_box
%canon_reldir%_test_mask_box_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_mask_marks
%canon_reldir%_test_mask_marks_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_mask_random
%canon_reldir%_test_mask_random_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_noise_gauss
%canon_reldir%_test_noise_gauss_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_noise_salt_pepper
%canon_reldir%_test_noise_salt_pepper_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_one_hot
%canon_reldir%_test_one_hot_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_rotate
%canon_reldir%_test_rotate_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_scale
%canon_reldir%_test_scale_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_standardize
%canon_reldir%_test_standardize_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_whiten
%canon_reldir%_test_whiten_CPPFLAGS = $(TEST_CPPFLAGS)
endif
