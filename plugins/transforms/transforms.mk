# One line a plugin: transforms_LTLIBRARIES += %reldir%/NAME.la
transforms_LTLIBRARIES += %reldir%/mask_random.la
transforms_LTLIBRARIES += %reldir%/noise_gauss.la
transforms_LTLIBRARIES += %reldir%/noise_salt_pepper.la
transforms_LTLIBRARIES += %reldir%/one_hot.la
transforms_LTLIBRARIES += %reldir%/scale.la
transforms_LTLIBRARIES += %reldir%/standardize.la
