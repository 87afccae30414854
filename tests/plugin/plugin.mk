if HAVE_CHECK
check_PROGRAMS += %reldir%/test_math
%canon_reldir%_test_math_CPPFLAGS = $(TEST_CPPFLAGS)
endif
