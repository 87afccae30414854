# One line a plugin: backends_PLUGINS += %reldir%/NAME.so
if HAVE_OPENBLAS
backends_PLUGINS += %reldir%/openblas.so
foreign_PLUGINS += %reldir%/openblas.so
%reldir%/openblas.o: PLUGIN_CPPFLAGS = $(OPENBLAS_CFLAGS)
%reldir%/openblas.so: PLUGIN_LIBS = $(OPENBLAS_LIBS)
endif
if HAVE_BLIS
backends_PLUGINS += %reldir%/blis.so
foreign_PLUGINS += %reldir%/blis.so
%reldir%/blis.so: PLUGIN_LIBS = $(BLIS_LIBS)
endif
if HAVE_ONEDNN
backends_PLUGINS += %reldir%/onednn.so
foreign_PLUGINS += %reldir%/onednn.so
%reldir%/onednn.so: PLUGIN_LIBS = $(ONEDNN_LIBS)
endif
