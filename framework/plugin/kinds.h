/* SPDX-License-Identifier: MIT */
/* Several kinds as one text, "layer transform": its words, and sentences made of them. */
#ifndef NNP_PLUGIN_KINDS_H
#define NNP_PLUGIN_KINDS_H
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"

/* "layer" and so on in the order of abi.md section 3, NULL-terminated. */
extern const char *const kinds_all[];
/* The next word, or NULL at the end; *n is its length. */
const char *kinds_next(const char *kinds, size_t *n);
bool        kinds_is(const char *word, size_t n, const char *kind);
bool        kinds_among(const char *kinds, const char *kind);
/* "layer, loss or metric"; "component" when there are more than a few. */
const char *kinds_or(struct arena *a, const char *kinds);
const char *kinds_article(const char *word); /* "a" or "an" */
#endif
