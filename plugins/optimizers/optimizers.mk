# One line a plugin: optimizers_LTLIBRARIES += %reldir%/NAME.la
