# One line a plugin: schedules_PLUGINS += %reldir%/NAME.so
schedules_PLUGINS += %reldir%/constant.so
schedules_PLUGINS += %reldir%/step.so
schedules_PLUGINS += %reldir%/exponential.so
schedules_PLUGINS += %reldir%/linear.so
schedules_PLUGINS += %reldir%/cosine.so
schedules_PLUGINS += %reldir%/one_cycle.so
schedules_PLUGINS += %reldir%/plateau.so
