/* SPDX-License-Identifier: MIT */
/* Single values under a key of a section. */
#ifndef NNP_PIPELINE_VALUE_H
#define NNP_PIPELINE_VALUE_H
#include "pipeline/read.h"

/* All: 1 and *out when the key is there and right, 0 when it is not there, -1 after a
 * message. what is the section's path, or NULL; text NULL of min means no limit. */
int value_int(struct read *r, const struct node *map, const char *what, const char *key,
              int64_t min, int64_t *out);
int value_real(struct read *r, const struct node *map, const char *what, const char *key,
               double min, double *out);
int value_bool(struct read *r, const struct node *map, const char *what, const char *key,
               bool *out);
int value_text(struct read *r, const struct node *map, const char *what, const char *key,
               const char **out);
/* One of the words (NULL-terminated): its number. */
int value_word(struct read *r, const struct node *map, const char *what, const char *key,
               const char *const *words, int *out);
/* min or max as `goal`. */
int value_goal(struct read *r, const struct node *map, const char *what, bool *maximize);
/* A scalar, or a list of them, as an array of scalar nodes; -1 after a message. */
int value_list(struct read *r, struct node **n, const char *what, struct node ***out,
               size_t *n_out);
/* The members of a section that is one item or a list of items; *n must outlive *out. */
size_t value_items(struct node **n, struct node ***out);
#endif
