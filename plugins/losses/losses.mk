# One line a plugin: losses_LTLIBRARIES += %reldir%/NAME.la
