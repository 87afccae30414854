# One line a plugin: optimizers_PLUGINS += %reldir%/NAME.so
optimizers_PLUGINS += %reldir%/sgd.so
optimizers_PLUGINS += %reldir%/adagrad.so
optimizers_PLUGINS += %reldir%/adadelta.so
optimizers_PLUGINS += %reldir%/rmsprop.so
optimizers_PLUGINS += %reldir%/adam.so
optimizers_PLUGINS += %reldir%/clip.so
