if HAVE_CHECK
check_PROGRAMS += %reldir%/test_math
%canon_reldir%_test_math_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_range
%canon_reldir%_test_range_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_layout
%canon_reldir%_test_layout_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_validate
%canon_reldir%_test_validate_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_scan
%canon_reldir%_test_scan_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_synonyms
%canon_reldir%_test_synonyms_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_surroundings
%canon_reldir%_test_surroundings_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_trust
%canon_reldir%_test_trust_CPPFLAGS = $(TEST_CPPFLAGS)
check_PROGRAMS += %reldir%/test_registry
%canon_reldir%_test_registry_CPPFLAGS = $(TEST_CPPFLAGS)
endif

# Plugins with one fault each, built as one outside the tree would be; never installed.
BAD_PLUGINS = \
	abort_in_forward bad_name constructor_aborts \
	constructor_crashes constructor_exits crash_ahead \
	crash_in_backward crash_in_body crash_in_forward crash_in_setup \
	crash_in_worker default_no_number \
	default_no_word default_outside described enum_without_words \
	exit_in_forward fails_silently good inputs_swapped liar_shape \
	live_text lr_not_live minor_too_high missing_slot nameless_plugin \
	no_components no_doc no_symbol no_tag null_table \
	offset_outside offset_unaligned other_major other_tag overlap \
	param_name param_no_doc param_type range_malformed \
	stack_in_forward stack_in_worker stray_tag table_major truncated_component \
	truncated_table undefined_symbol unknown_kind wild_table \
	writes_input writes_past

check_DATA += $(BAD_PLUGINS:%=%reldir%/bad/%.so)
CLEANFILES += $(BAD_PLUGINS:%=%reldir%/bad/%.so)
EXTRA_DIST += $(BAD_PLUGINS:%=%reldir%/bad/%.c) %reldir%/bad/bad.h

%reldir%/bad/%.so: %reldir%/bad/%.c %reldir%/bad/bad.h $(nnpinclude_HEADERS)
	@$(MKDIR_P) %reldir%/bad
	$(AM_V_CCLD)$(CC) $(AM_CPPFLAGS) $(WARN_CFLAGS) $(CFLAGS) -fPIC -fvisibility=hidden \
		-shared -o $@ $<

# Every fault gets its own sentence, and nothing takes nnpipe down before it is said.
dist_check_SCRIPTS += %reldir%/bad.sh %reldir%/info.sh
EXTRA_DIST += $(patsubst $(srcdir)/%,%,$(wildcard $(srcdir)/%reldir%/info/*))

# Components with one fault each (enum fault in the sources); 0, 30 to 36, 51 and 54 are right.
FAULTY_LAYERS = 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 \
	27 28 29 60 61 62
FAULTY_KINDS = 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56
FAULTY_PROMISES = 1 2 3 4 5 6 7 8 9
FAULTY = $(FAULTY_LAYERS:%=%reldir%/faulty/layer%.so) $(FAULTY_KINDS:%=%reldir%/faulty/kind%.so) \
	$(FAULTY_PROMISES:%=%reldir%/faulty/promise%.so) $(FAULTY_QUIET:%=%reldir%/faulty/quiet%.so)
FAULTY_QUIET = 1 2 3 4 5
check_DATA += $(FAULTY)
CLEANFILES += $(FAULTY)
EXTRA_DIST += %reldir%/faulty/faulty.c %reldir%/faulty/kinds.c %reldir%/faulty/promises.c \
	%reldir%/faulty/quiet.c
FAULTY_CC = $(CC) $(AM_CPPFLAGS) $(WARN_CFLAGS) $(CFLAGS) -fPIC -fvisibility=hidden -shared
%reldir%/faulty/layer%.so: %reldir%/faulty/faulty.c $(nnpinclude_HEADERS)
	@$(MKDIR_P) %reldir%/faulty
	$(AM_V_CCLD)$(FAULTY_CC) -DFAULT=$* -o $@ $< -lm
%reldir%/faulty/kind%.so: %reldir%/faulty/kinds.c $(nnpinclude_HEADERS)
	@$(MKDIR_P) %reldir%/faulty
	$(AM_V_CCLD)$(FAULTY_CC) -DFAULT=$* -o $@ $< -lm
%reldir%/faulty/promise%.so: %reldir%/faulty/promises.c $(nnpinclude_HEADERS)
	@$(MKDIR_P) %reldir%/faulty
	$(AM_V_CCLD)$(FAULTY_CC) -DFAULT=$* -o $@ $<
%reldir%/faulty/quiet%.so: %reldir%/faulty/quiet.c $(nnpinclude_HEADERS)
	@$(MKDIR_P) %reldir%/faulty
	$(AM_V_CCLD)$(FAULTY_CC) -DFAULT=$* -o $@ $< -lm
dist_check_SCRIPTS += %reldir%/faulty.sh %reldir%/contained.sh %reldir%/whole.sh
