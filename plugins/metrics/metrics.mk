# One line a plugin: metrics_LTLIBRARIES += %reldir%/NAME.la
