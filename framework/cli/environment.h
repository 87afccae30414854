/* SPDX-License-Identifier: MIT */
/* All that the program takes from environment variables. What the library under it needs of
 * them it gets as options: it reads none itself. */
#ifndef NNP_CLI_ENVIRONMENT_H
#define NNP_CLI_ENVIRONMENT_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"

struct environment {
    const char *plugins; /* NNPIPE_PLUGIN_PATH, else the user's folder and home_plugins */
    const char *data;    /* NNPIPE_DATA, or NULL */
    const char *backend; /* NNPIPE_BACKEND, or NULL */
    const char *kernels; /* NNPIPE_KERNELS, or NULL */
    const char *threads; /* NNPIPE_THREADS, or NULL */
    int64_t     now;     /* SOURCE_DATE_EPOCH, seconds since 1970; 0: as the clock says */
    bool        dumb;    /* TERM says that the terminal can do nothing but print */
    bool        color, no_color; /* FORCE_COLOR, NO_COLOR (force-color.org, no-color.org) */
};

void environment_read(struct environment *e, struct arena *a);
/* One by name, for `$env.NAME` in a file; NULL: it is not set. */
const char *environment_get(const char *name);
#endif
