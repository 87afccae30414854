if HAVE_CHECK
check_PROGRAMS += %reldir%/test_ask
%canon_reldir%_test_ask_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_prune
%canon_reldir%_test_prune_CPPFLAGS = $(TEST_CPPFLAGS)
endif
EXTRA_DIST += %reldir%/support.h
