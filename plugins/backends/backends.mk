# One line a plugin: backends_LTLIBRARIES += %reldir%/NAME.la
if HAVE_OPENBLAS
backends_LTLIBRARIES += %reldir%/openblas.la
%canon_reldir%_openblas_la_CPPFLAGS = $(AM_CPPFLAGS) $(OPENBLAS_CFLAGS)
%canon_reldir%_openblas_la_LDFLAGS = $(AM_LDFLAGS)
%canon_reldir%_openblas_la_LIBADD = $(OPENBLAS_LIBS)
endif
