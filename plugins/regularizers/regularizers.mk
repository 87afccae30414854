# One line a plugin: regularizers_PLUGINS += %reldir%/NAME.so
regularizers_PLUGINS += %reldir%/l1.so
regularizers_PLUGINS += %reldir%/l2.so
regularizers_PLUGINS += %reldir%/elastic.so
regularizers_PLUGINS += %reldir%/kl_sparse.so
regularizers_PLUGINS += %reldir%/max_norm.so
