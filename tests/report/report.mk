if HAVE_CHECK
check_PROGRAMS += %reldir%/test_report
%canon_reldir%_test_report_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_page
%canon_reldir%_test_page_CPPFLAGS = $(TEST_CPPFLAGS)
endif
