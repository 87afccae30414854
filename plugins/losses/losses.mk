# One line a plugin: losses_LTLIBRARIES += %reldir%/NAME.la
losses_LTLIBRARIES += %reldir%/mse.la
losses_LTLIBRARIES += %reldir%/mae.la
losses_LTLIBRARIES += %reldir%/huber.la
losses_LTLIBRARIES += %reldir%/bce.la
losses_LTLIBRARIES += %reldir%/xent.la
losses_LTLIBRARIES += %reldir%/hinge.la
losses_LTLIBRARIES += %reldir%/perceptron.la
