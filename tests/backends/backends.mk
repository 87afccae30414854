# test_backend.c once for every backend that is there.
if HAVE_CHECK
if HAVE_OPENBLAS
check_PROGRAMS += %reldir%/test_openblas
%canon_reldir%_test_openblas_SOURCES = %reldir%/test_backend.c
%canon_reldir%_test_openblas_CPPFLAGS = $(TEST_CPPFLAGS) -DBACKEND='"openblas"'
endif
if HAVE_ONEDNN
check_PROGRAMS += %reldir%/test_onednn
%canon_reldir%_test_onednn_SOURCES = %reldir%/test_backend.c
%canon_reldir%_test_onednn_CPPFLAGS = $(TEST_CPPFLAGS) -DBACKEND='"onednn"'
endif
if HAVE_BLIS
check_PROGRAMS += %reldir%/test_blis
%canon_reldir%_test_blis_SOURCES = %reldir%/test_backend.c
%canon_reldir%_test_blis_CPPFLAGS = $(TEST_CPPFLAGS) -DBACKEND='"blis"'
endif
endif
