if HAVE_CHECK
check_PROGRAMS += %reldir%/test_graph
%canon_reldir%_test_graph_CPPFLAGS = $(TEST_CPPFLAGS)
endif
