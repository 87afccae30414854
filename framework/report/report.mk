framework_libhost_la_SOURCES +=
