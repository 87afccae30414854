# One line a plugin: layers_LTLIBRARIES += %reldir%/NAME.la
