if HAVE_CHECK
check_PROGRAMS += %reldir%/test_dtype
%canon_reldir%_test_dtype_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_seat
%canon_reldir%_test_seat_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_said
%canon_reldir%_test_said_CPPFLAGS = $(TEST_CPPFLAGS)
endif
