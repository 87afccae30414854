if HAVE_CHECK
check_PROGRAMS += %reldir%/test_ends %reldir%/test_gather
%canon_reldir%_test_ends_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_gather_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_results
%canon_reldir%_test_results_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_streams
%canon_reldir%_test_streams_CPPFLAGS = $(TEST_CPPFLAGS)
endif
