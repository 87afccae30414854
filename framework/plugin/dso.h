/* SPDX-License-Identifier: MIT */
/* Opens a shared object and asks it for its plugin table. The only user of <dlfcn.h>.
 * What was opened stays open: descriptors and strings of it are in use for ever. */
#ifndef NNP_PLUGIN_DSO_H
#define NNP_PLUGIN_DSO_H
#include <nnpipe/plugin.h>
#include "base/arena.h"
#include "base/diag.h"

/* Runs the file's constructors and nnp_plugin_v1. The table has not been looked at yet.
 * NULL and a diag entry "SHOWN: what is wrong" otherwise. real is an absolute path. */
const nnp_plugin *dso_open(const char *real, const char *shown, const struct at *at,
                           struct diag *d);

/* Between the two, a crash on this thread says that it happened while shown was loaded,
 * then takes the way it would have taken. Not nested; dso_open does it for itself. */
void dso_guard(const char *shown);
void dso_unguard(void);
/* What is guarded now, or NULL; for the handlers of the command line. */
const char *dso_loading(void);
/* "SIGSEGV (memory that is not there)"; safe in a signal handler. */
const char *dso_signal_text(int number);
#endif
