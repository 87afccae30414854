if HAVE_CHECK
check_PROGRAMS += %reldir%/test_ask
%canon_reldir%_test_ask_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_prune
%canon_reldir%_test_prune_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_claim
%canon_reldir%_test_claim_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_log
%canon_reldir%_test_log_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_search
%canon_reldir%_test_search_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_shown
%canon_reldir%_test_shown_CPPFLAGS = $(TEST_CPPFLAGS)
endif
EXTRA_DIST += %reldir%/support.h
