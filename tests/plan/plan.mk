if HAVE_CHECK
check_PROGRAMS += %reldir%/test_memory
%canon_reldir%_test_memory_CPPFLAGS = $(TEST_CPPFLAGS)
endif
