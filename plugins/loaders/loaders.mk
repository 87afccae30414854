# One line a plugin: loaders_PLUGINS += %reldir%/NAME.so
loaders_PLUGINS += %reldir%/cifar10.so
loaders_PLUGINS += %reldir%/csv.so
loaders_PLUGINS += %reldir%/glyphs.so
loaders_PLUGINS += %reldir%/idx.so
loaders_PLUGINS += %reldir%/npy.so
loaders_PLUGINS += %reldir%/random.so
loaders_PLUGINS += %reldir%/table.so
loaders_PLUGINS += %reldir%/toy.so
if HAVE_IMAGES
loaders_PLUGINS += %reldir%/images.so
foreign_PLUGINS += %reldir%/images.so
%reldir%/images.o: PLUGIN_CPPFLAGS = $(PNG_CFLAGS) $(JPEG_CFLAGS)
%reldir%/images.so: PLUGIN_LIBS = $(PNG_LIBS) $(JPEG_LIBS)
endif
