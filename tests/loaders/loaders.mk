if HAVE_CHECK
check_PROGRAMS += %reldir%/test_cifar10
%canon_reldir%_test_cifar10_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_csv
%canon_reldir%_test_csv_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_csv_cells
%canon_reldir%_test_csv_cells_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_glyphs
%canon_reldir%_test_glyphs_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_idx
%canon_reldir%_test_idx_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_npy
%canon_reldir%_test_npy_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_random
%canon_reldir%_test_random_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_table
%canon_reldir%_test_table_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_toy
%canon_reldir%_test_toy_CPPFLAGS = $(TEST_CPPFLAGS)
if HAVE_IMAGES
check_PROGRAMS += %reldir%/test_images
%canon_reldir%_test_images_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_folders
%canon_reldir%_test_folders_CPPFLAGS = $(TEST_CPPFLAGS)
endif
endif
EXTRA_DIST += %reldir%/pictures.h
