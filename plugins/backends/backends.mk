# One line a plugin: backends_LTLIBRARIES += %reldir%/NAME.la
if HAVE_OPENBLAS
backends_LTLIBRARIES += %reldir%/openblas.la
%canon_reldir%_openblas_la_CPPFLAGS = $(AM_CPPFLAGS) $(OPENBLAS_CFLAGS)
%canon_reldir%_openblas_la_LDFLAGS = $(AM_LDFLAGS)
%canon_reldir%_openblas_la_LIBADD = $(OPENBLAS_LIBS)
endif
if HAVE_BLIS
backends_LTLIBRARIES += %reldir%/blis.la
%canon_reldir%_blis_la_LDFLAGS = $(AM_LDFLAGS)
%canon_reldir%_blis_la_LIBADD = $(BLIS_LIBS)
endif
if HAVE_ONEDNN
backends_LTLIBRARIES += %reldir%/onednn.la
%canon_reldir%_onednn_la_LDFLAGS = $(AM_LDFLAGS)
%canon_reldir%_onednn_la_LIBADD = $(ONEDNN_LIBS)
endif
