if HAVE_CHECK
# check_PROGRAMS += %reldir%/test_NAME
# %canon_reldir%_test_NAME_CPPFLAGS = $(TEST_CPPFLAGS)
endif
