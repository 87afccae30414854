# One line a plugin: schedules_LTLIBRARIES += %reldir%/NAME.la
