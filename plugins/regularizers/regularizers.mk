# One line a plugin: regularizers_LTLIBRARIES += %reldir%/NAME.la
