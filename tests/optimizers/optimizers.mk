if HAVE_CHECK
check_PROGRAMS += %reldir%/test_adadelta
%canon_reldir%_test_adadelta_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_adagrad
%canon_reldir%_test_adagrad_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_adam
%canon_reldir%_test_adam_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_adamw
%canon_reldir%_test_adamw_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_clip
%canon_reldir%_test_clip_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_rmsprop
%canon_reldir%_test_rmsprop_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_sgd
%canon_reldir%_test_sgd_CPPFLAGS = $(TEST_CPPFLAGS)
endif
EXTRA_DIST += %reldir%/follow.h
