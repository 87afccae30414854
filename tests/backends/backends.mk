if HAVE_CHECK
if HAVE_OPENBLAS
check_PROGRAMS += %reldir%/test_openblas
%canon_reldir%_test_openblas_CPPFLAGS = $(TEST_CPPFLAGS)
endif
endif
