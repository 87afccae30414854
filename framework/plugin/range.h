/* SPDX-License-Identifier: MIT */
/* The range texts of parameter tables, "[0,1)" or "same|valid", and the typing of default
 * texts (YAML 1.2 core schema). Says yes or no; the messages are the caller's. */
#ifndef NNP_PLUGIN_RANGE_H
#define NNP_PLUGIN_RANGE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"

struct range {
    double             low, high;
    int                low_open, high_open;
    const char *const *words; /* of an enum, NULL-terminated; NULL: an interval */
};

/* NULL text: any number. Malformed, empty or with a word twice: -1, out untouched. */
int range_parse(struct arena *a, const char *text, struct range *out);
/* NaN is outside every range. */
bool range_holds(const struct range *r, double v);
int  range_word(const struct range *r, const char *word); /* its index, or -1 */

/* -1 if the text is not of the type. */
int range_read_bool(const char *text, bool *out);
int range_read_int(const char *text, int64_t *out);
int range_read_real(const char *text, double *out); /* integers too; .inf .nan */
/* "[1, 2]", or "1" as a list of one; "" and "[]" are empty. The members as texts,
 * unquoted, NULL-terminated. NULL if it is not a flat flow list. */
const char *const *range_read_list(struct arena *a, const char *text, size_t *n);
#endif
