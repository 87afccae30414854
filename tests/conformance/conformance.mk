if HAVE_CHECK
check_PROGRAMS += %reldir%/test_probe
%canon_reldir%_test_probe_CPPFLAGS = $(TEST_CPPFLAGS)
endif
