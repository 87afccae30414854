if HAVE_CHECK
check_PROGRAMS += %reldir%/test_streams
%canon_reldir%_test_streams_CPPFLAGS = $(TEST_CPPFLAGS)
endif
