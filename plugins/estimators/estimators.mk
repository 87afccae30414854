# One line a plugin: estimators_PLUGINS += %reldir%/NAME.so
estimators_PLUGINS += %reldir%/pca.so
estimators_PLUGINS += %reldir%/kmeans.so
estimators_PLUGINS += %reldir%/gaussian_nb.so
estimators_PLUGINS += %reldir%/knn.so
estimators_PLUGINS += %reldir%/ridge.so
estimators_PLUGINS += %reldir%/logistic.so
estimators_PLUGINS += %reldir%/tree.so
