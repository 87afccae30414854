/* SPDX-License-Identifier: MIT */
/* Opens a shared object and asks it for its plugin table. The only user of <dlfcn.h>.
 * What was opened stays open: descriptors and strings of it are in use for ever. */
#ifndef NNP_PLUGIN_DSO_H
#define NNP_PLUGIN_DSO_H
#include <nnpipe/plugin.h>
#include "base/arena.h"
#include "base/diag.h"

/* Runs the file's constructors and nnp_plugin_v1. The table has not been looked at yet.
 * What they change in the process is put back, and *left says what it was (in d's arena;
 * NULL: nothing); what they print goes to stderr.
 * NULL and a diag entry "SHOWN: what is wrong" otherwise. real is an absolute path. */
const nnp_plugin *dso_open(const char *real, const char *shown, const char **left,
                           const struct at *at, struct diag *d);

/* This thread runs what a file brings along, or reads its tables: `shown`, or NULL when it
 * is done. dso_open does it for itself. */
void dso_mark(const char *shown);
/* What this thread has marked, or NULL: a program that catches crashes asks it. Safe in a
 * signal handler; the host itself installs none. */
const char *dso_loading(void);
/* "SIGSEGV (memory that is not there)"; safe in a signal handler. */
const char *dso_signal_text(int number);
/* The writable memory of a file that is open, as it was named to dso_open: what the loader
 * itself has filled in and locked is left out. */
void dso_writable(const char *real, void (*each)(void *arg, const char *begin, size_t n),
                  void *arg);
/* Where its first byte lies; NULL: it is not open. */
const void *dso_base(const char *real);
#endif
