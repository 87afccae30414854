# One line a plugin: loaders_LTLIBRARIES += %reldir%/NAME.la
loaders_LTLIBRARIES += %reldir%/cifar10.la
loaders_LTLIBRARIES += %reldir%/csv.la
loaders_LTLIBRARIES += %reldir%/glyphs.la
loaders_LTLIBRARIES += %reldir%/idx.la
loaders_LTLIBRARIES += %reldir%/npy.la
loaders_LTLIBRARIES += %reldir%/random.la
loaders_LTLIBRARIES += %reldir%/table.la
loaders_LTLIBRARIES += %reldir%/toy.la
if HAVE_IMAGES
loaders_LTLIBRARIES += %reldir%/images.la
%canon_reldir%_images_la_CPPFLAGS = $(AM_CPPFLAGS) $(PNG_CFLAGS) $(JPEG_CFLAGS)
%canon_reldir%_images_la_LDFLAGS = $(AM_LDFLAGS)
%canon_reldir%_images_la_LIBADD = $(PNG_LIBS) $(JPEG_LIBS)
endif
