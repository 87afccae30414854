if HAVE_CHECK
check_PROGRAMS += %reldir%/test_arena
%canon_reldir%_test_arena_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_deal
%canon_reldir%_test_deal_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_diag
%canon_reldir%_test_diag_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_fsio
%canon_reldir%_test_fsio_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_number
%canon_reldir%_test_number_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_pool
%canon_reldir%_test_pool_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_rng
%canon_reldir%_test_rng_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_strbuf
%canon_reldir%_test_strbuf_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_png
%canon_reldir%_test_png_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_split
%canon_reldir%_test_split_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_json %reldir%/test_json_read %reldir%/test_utf8
%canon_reldir%_test_json_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_json_read_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_utf8_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_zip
%canon_reldir%_test_zip_CPPFLAGS = $(TEST_CPPFLAGS)
endif
