# Built as a plugin would be, loaded with LD_PRELOAD.
check_DATA += %reldir%/faults.so
CLEANFILES += %reldir%/faults.so
EXTRA_DIST += %reldir%/faults.c
%reldir%/faults.so: %reldir%/faults.c
	@$(MKDIR_P) %reldir%
	$(AM_V_CCLD)$(CC) -O1 -g -fPIC -shared -o $@ $< -ldl
