if HAVE_CHECK
check_PROGRAMS += %reldir%/test_step
%canon_reldir%_test_step_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_update
%canon_reldir%_test_update_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_row_order
%canon_reldir%_test_row_order_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_loss_weights
%canon_reldir%_test_loss_weights_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_feed
%canon_reldir%_test_feed_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_feed_ahead
%canon_reldir%_test_feed_ahead_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_feed_rows
%canon_reldir%_test_feed_rows_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_initial
%canon_reldir%_test_initial_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_promises
%canon_reldir%_test_promises_CPPFLAGS = $(TEST_CPPFLAGS)
endif
