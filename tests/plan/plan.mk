if HAVE_CHECK
check_PROGRAMS += %reldir%/test_plan
%canon_reldir%_test_plan_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_random
%canon_reldir%_test_random_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_schedule
%canon_reldir%_test_schedule_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_liveness
%canon_reldir%_test_liveness_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_memory
%canon_reldir%_test_memory_CPPFLAGS = $(TEST_CPPFLAGS)
endif
EXTRA_DIST += %reldir%/plans.h
