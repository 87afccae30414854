/* SPDX-License-Identifier: MIT */
/* Where the program lies, and what belongs to it there. */
#ifndef NNP_CLI_HOME_H
#define NNP_CLI_HOME_H
#include "base/arena.h"

/* The folder of the plugins that came with this program: that of the build tree it was
 * built in, or where it lies beside the program as they were installed, also if all of it
 * was moved since. NULL: neither is there. In the arena. */
const char *home_plugins(struct arena *a);
/* The folder of the pipelines, data sets and texts that were installed with it; NULL in a
 * build tree. */
const char *home_data(struct arena *a);
#endif
