# One line a plugin: backends_LTLIBRARIES += %reldir%/NAME.la
