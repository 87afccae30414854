# One line a plugin: loaders_LTLIBRARIES += %reldir%/NAME.la
loaders_LTLIBRARIES += %reldir%/table.la
