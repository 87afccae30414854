# One line a plugin: regularizers_LTLIBRARIES += %reldir%/NAME.la
regularizers_LTLIBRARIES += %reldir%/l1.la
regularizers_LTLIBRARIES += %reldir%/l2.la
regularizers_LTLIBRARIES += %reldir%/elastic.la
regularizers_LTLIBRARIES += %reldir%/kl_sparse.la
regularizers_LTLIBRARIES += %reldir%/max_norm.la
