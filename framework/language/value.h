/* SPDX-License-Identifier: MIT */
/* Single values under a key of a section. */
#ifndef NNP_LANGUAGE_VALUE_H
#define NNP_LANGUAGE_VALUE_H
#include "language/grammar.h"

/* All: 1 and *out when the key is there and right; 0 when it is not there, -1 after a
 * message, and *out is what the section's table has for it, or as it was if that has
 * nothing. The key must be in the table; its limits are those of the table. */
int value_int(const struct node *map, const struct section *s, const char *key,
              int64_t *out, struct diag *d);
int value_real(const struct node *map, const struct section *s, const char *key,
               double *out, struct diag *d);
int value_bool(const struct node *map, const struct section *s, const char *key,
               bool *out, struct diag *d);
int value_text(const struct node *map, const struct section *s, const char *key,
               const char **out, struct diag *d);
/* The number of the choice among those of a ONE_OF word. */
int value_choice(const struct node *map, const struct section *s, const char *key,
                 int *out, struct diag *d);
/* A scalar, or a list of them, as an array of scalar nodes; -1 after a message. */
int value_list(struct node **n, const char *what, struct node ***out, size_t *n_out,
               struct diag *d);
/* The members of a section that is one item or a list of items; *n must outlive *out. */
size_t value_items(struct node **n, struct node ***out);
#endif
