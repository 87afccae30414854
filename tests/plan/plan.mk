if HAVE_CHECK
check_PROGRAMS += %reldir%/test_random
%canon_reldir%_test_random_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_memory
%canon_reldir%_test_memory_CPPFLAGS = $(TEST_CPPFLAGS)
endif
