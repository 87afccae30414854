if HAVE_CHECK
check_PROGRAMS += %reldir%/test_view
%canon_reldir%_test_view_CPPFLAGS = $(TEST_CPPFLAGS)
endif
