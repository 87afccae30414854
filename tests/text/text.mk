if HAVE_CHECK
check_PROGRAMS += %reldir%/test_source
%canon_reldir%_test_source_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_tree
%canon_reldir%_test_tree_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_tree_yaml
%canon_reldir%_test_tree_yaml_CPPFLAGS = $(TEST_CPPFLAGS)
endif
