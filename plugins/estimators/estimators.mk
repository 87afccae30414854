# One line a plugin: estimators_LTLIBRARIES += %reldir%/NAME.la
estimators_LTLIBRARIES += %reldir%/pca.la
estimators_LTLIBRARIES += %reldir%/kmeans.la
