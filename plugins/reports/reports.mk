# One line a plugin: reports_LTLIBRARIES += %reldir%/NAME.la
