# One line a plugin: initializers_LTLIBRARIES += %reldir%/NAME.la
