if HAVE_CHECK
check_PROGRAMS += %reldir%/test_evaluate
%canon_reldir%_test_evaluate_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_figures
%canon_reldir%_test_figures_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_fit
%canon_reldir%_test_fit_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_goal
%canon_reldir%_test_goal_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_history
%canon_reldir%_test_history_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_recover
%canon_reldir%_test_recover_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_safetensors
%canon_reldir%_test_safetensors_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_state
%canon_reldir%_test_state_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_trainer %reldir%/test_trainer_epochs
%canon_reldir%_test_trainer_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_trainer_epochs_CPPFLAGS = $(TEST_CPPFLAGS)
endif
