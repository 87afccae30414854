# One line a plugin: optimizers_LTLIBRARIES += %reldir%/NAME.la
optimizers_LTLIBRARIES += %reldir%/sgd.la
optimizers_LTLIBRARIES += %reldir%/adagrad.la
optimizers_LTLIBRARIES += %reldir%/adadelta.la
optimizers_LTLIBRARIES += %reldir%/rmsprop.la
optimizers_LTLIBRARIES += %reldir%/adam.la
optimizers_LTLIBRARIES += %reldir%/clip.la
