/* SPDX-License-Identifier: MIT */
/* A file in memory with its line starts (struct source is in base/diag.h). */
#ifndef NNP_TEXT_SOURCE_H
#define NNP_TEXT_SOURCE_H
#include "base/arena.h"
#include "base/diag.h"

enum { SOURCE_MAX = 1 << 20 }; /* a pipeline file is text, not data */
/* Reads path ("-": standard input); refuses more than 1 MiB, NUL bytes, invalid UTF-8, with
 * the position. NULL on error. */
const struct source *source_open(struct arena *a, const char *path, struct diag *d);
/* The same from text already here; name is what messages call it. */
const struct source *source_text(struct arena *a, const char *name, const char *text,
                                 size_t n, struct diag *d);
#endif
