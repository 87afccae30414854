if HAVE_CHECK
check_PROGRAMS += %reldir%/test_frames
%canon_reldir%_test_frames_CPPFLAGS = $(TEST_CPPFLAGS)
endif
