if HAVE_CHECK
check_PROGRAMS += %reldir%/test_graph %reldir%/test_probabilities %reldir%/test_wire
%canon_reldir%_test_graph_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_probabilities_CPPFLAGS = $(TEST_CPPFLAGS)
%canon_reldir%_test_wire_CPPFLAGS = $(TEST_CPPFLAGS)
endif
