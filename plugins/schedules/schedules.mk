# One line a plugin: schedules_LTLIBRARIES += %reldir%/NAME.la
schedules_LTLIBRARIES += %reldir%/constant.la
schedules_LTLIBRARIES += %reldir%/step.la
schedules_LTLIBRARIES += %reldir%/exponential.la
schedules_LTLIBRARIES += %reldir%/linear.la
schedules_LTLIBRARIES += %reldir%/cosine.la
schedules_LTLIBRARIES += %reldir%/one_cycle.la
schedules_LTLIBRARIES += %reldir%/plateau.la
