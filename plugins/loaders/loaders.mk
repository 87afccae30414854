# One line a plugin: loaders_LTLIBRARIES += %reldir%/NAME.la
