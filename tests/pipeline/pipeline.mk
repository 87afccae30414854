if HAVE_CHECK
check_PROGRAMS += %reldir%/test_data %reldir%/test_higher %reldir%/test_spec
check_PROGRAMS += %reldir%/test_split_rows
%canon_reldir%_test_data_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_higher_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_spec_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_split_rows_CPPFLAGS = $(TEST_CPPFLAGS)
endif
