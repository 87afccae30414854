# One line a plugin: estimators_PLUGINS += %reldir%/NAME.so
estimators_PLUGINS += %reldir%/pca.so
estimators_PLUGINS += %reldir%/kmeans.so
