if HAVE_CHECK
check_PROGRAMS += %reldir%/test_jobs
%canon_reldir%_test_jobs_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_load
%canon_reldir%_test_load_CPPFLAGS = $(TEST_CPPFLAGS)
endif
EXTRA_DIST += %reldir%/library.h
