# One line a plugin: transforms_LTLIBRARIES += %reldir%/NAME.la
