# One line a plugin: samplers_PLUGINS += %reldir%/NAME.so
samplers_PLUGINS += %reldir%/grid.so
samplers_PLUGINS += %reldir%/random.so
samplers_PLUGINS += %reldir%/sobol.so
samplers_PLUGINS += %reldir%/tpe.so
