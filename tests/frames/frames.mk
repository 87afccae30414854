if HAVE_CHECK
check_PROGRAMS += %reldir%/test_bind
%canon_reldir%_test_bind_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_frames
%canon_reldir%_test_frames_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_chain
%canon_reldir%_test_chain_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_once
%canon_reldir%_test_once_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_weights
%canon_reldir%_test_weights_CPPFLAGS = $(TEST_CPPFLAGS)
endif
