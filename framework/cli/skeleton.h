/* SPDX-License-Identifier: MIT */
/* The files of new plugins, from framework/cli/skeletons/. In them @name@, @id@ and
 * @kind@ stand for what the user chose; a line that begins with "@WORD " is for that kind
 * or language only, "@!WORD,WORD " for all others. */
#ifndef NNP_CLI_SKELETON_H
#define NNP_CLI_SKELETON_H
#include <stddef.h>

struct skeleton {
    const char *name; /* "layer.c", "Makefile" */
    const char *text;
};
extern const struct skeleton skeletons[]; /* ends with name NULL */
#endif
