/* SPDX-License-Identifier: MIT */
/* What a file says it offers, from its bytes; nothing of it is run. */
#ifndef NNP_PLUGIN_SCAN_H
#define NNP_PLUGIN_SCAN_H
#include <stdbool.h>
#include <sys/stat.h>
#include "base/arena.h"
#include "plugin/component.h"

struct scan {
    const struct tag *tags; /* of this ABI major, each once, sorted */
    size_t            n_tags;
    const char *skipped; /* why the file cannot be used, or NULL; a sentence's end */
    int         failed;  /* the errno of what kept it from being read, or 0 */
    dev_t       device;  /* with inode: the same file under two names */
    ino_t       inode;
};

/* Looks at the ELF header and searches what of the file would be in memory for tags.
 * Owner and mode are not looked at: trust.h. Always fills out. */
void scan_file(struct arena *a, const char *path, struct scan *out, struct stat *st);
/* Splits "KIND:NAME" (what follows "@(#)nnp1:"); -1 unless KIND is [a-z]+ and NAME
 * [a-z0-9_.]+. */
int scan_tag(struct arena *a, const char *text, struct tag *out);
#endif
