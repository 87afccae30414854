if HAVE_CHECK
check_PROGRAMS += %reldir%/test_convolve
%canon_reldir%_test_convolve_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_matmul
%canon_reldir%_test_matmul_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_taps
%canon_reldir%_test_taps_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_tiles
%canon_reldir%_test_tiles_CPPFLAGS = $(TEST_CPPFLAGS)
endif
