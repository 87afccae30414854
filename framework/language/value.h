/* SPDX-License-Identifier: MIT */
/* Single values under a key of a section. */
#ifndef NNP_LANGUAGE_VALUE_H
#define NNP_LANGUAGE_VALUE_H
#include "text/tree.h"

/* All: 1 and *out when the key is there and right, 0 when it is not there, -1 after a
 * message. what is the section's path, or NULL; text NULL of min means no limit. */
int value_int(const struct node *map, const char *what, const char *key, int64_t min, int64_t *out, struct diag *d);
int value_real(const struct node *map, const char *what, const char *key, double min, double *out, struct diag *d);
int value_bool(const struct node *map, const char *what, const char *key, bool *out, struct diag *d);
int value_text(const struct node *map, const char *what, const char *key, const char **out, struct diag *d);
/* One of the words (NULL-terminated): its number. */
int value_word(const struct node *map, const char *what, const char *key, const char *const *words, int *out, struct diag *d);
/* min or max as `goal`. */
int value_goal(const struct node *map, const char *what, bool *maximize, struct diag *d);
/* A scalar, or a list of them, as an array of scalar nodes; -1 after a message. */
int value_list(struct node **n, const char *what, struct node ***out, size_t *n_out, struct diag *d);
/* The members of a section that is one item or a list of items; *n must outlive *out. */
size_t value_items(struct node **n, struct node ***out);
#endif
