# One line a plugin: loaders_LTLIBRARIES += %reldir%/NAME.la
loaders_LTLIBRARIES += %reldir%/csv.la
loaders_LTLIBRARIES += %reldir%/glyphs.la
loaders_LTLIBRARIES += %reldir%/idx.la
loaders_LTLIBRARIES += %reldir%/npy.la
loaders_LTLIBRARIES += %reldir%/random.la
loaders_LTLIBRARIES += %reldir%/table.la
loaders_LTLIBRARIES += %reldir%/toy.la
