if HAVE_CHECK
check_PROGRAMS += %reldir%/test_step
%canon_reldir%_test_step_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_trainer
%canon_reldir%_test_trainer_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_safetensors
%canon_reldir%_test_safetensors_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_fit
%canon_reldir%_test_fit_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_feed
%canon_reldir%_test_feed_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_weights
%canon_reldir%_test_weights_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_view
%canon_reldir%_test_view_CPPFLAGS = $(TEST_CPPFLAGS)
endif
