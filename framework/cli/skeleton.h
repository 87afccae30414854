/* SPDX-License-Identifier: MIT */
/* The files of new plugins and pipelines, from framework/cli/skeletons/ and pipelines/, as
 * text in the program. In a skeleton @mark@ stands for what the user chose; a line that
 * begins with "@WORD " is for that word only, "@!WORD,WORD " for all others. */
#ifndef NNP_CLI_SKELETON_H
#define NNP_CLI_SKELETON_H
#include <stddef.h>
#include "base/strbuf.h"

struct skeleton {
    const char *name; /* "layer.c", "Makefile" */
    const char *text;
};
extern const struct skeleton skeletons[]; /* ends with name NULL */

struct skeleton_choice {
    const char *const *words; /* that lines are for; NULL-terminated */
    struct {
        const char *mark, *value; /* "@name@" */
    } marks[8];                   /* ends with mark NULL */
};

/* NULL: there is none of this name. */
const struct skeleton *skeleton_find(const char *name);
void skeleton_fill(const char *text, const struct skeleton_choice *choice,
                   struct strbuf *out);
#endif
