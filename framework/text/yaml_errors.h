/* SPDX-License-Identifier: MIT */
/* What the YAML library refuses, in our words and at the place where the user should
 * look. */
#ifndef NNP_TEXT_YAML_ERRORS_H
#define NNP_TEXT_YAML_ERRORS_H
#include <stddef.h>
#include "base/diag.h"

struct trouble {
    const char *problem; /* libyaml's own text, never NULL */
    size_t      at;      /* byte offset of the problem */
    size_t      from;    /* byte offset where the thing started that went wrong */
    int         value;   /* the byte or character that was met, or -1 */
};

/* Adds the error. Always -1. */
int yaml_errors_report(const struct source *s, const struct trouble *t, struct diag *d);
/* The place of a byte; length counts characters. */
struct at yaml_errors_at(const struct source *s, size_t offset, unsigned length);
int       yaml_errors_tag(const struct source *s, size_t offset, struct diag *d);
#endif
